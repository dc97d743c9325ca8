package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each mode of {@code --manage-cgroups} makes of cgroups that are there, or are not. */
class CgroupModesIT {
    @RegisterExtension
    private static final OneHost host = new OneHost(3000);

    @RegisterExtension
    private final CgroupTree tree = new CgroupTree(host);

    private final TestCgroups cgroups = tree.cgroups();

    @Test
    void softLeavesWhatIsThereAsItIs() throws IOException {
        tree.start();
        cgroups.set("pids", "pids.max", "31");
        tree.dump().succeeded();
        tree.awaitGone();
        cgroups.set("pids", "pids.max", "32");

        tree.restore().succeeded();

        assertThat(cgroups.get("pids", "pids.max")).isEqualTo("32");
        assertThat(tree.victim().verdict()).isEqualTo("pass");
        assertThat(tree.where("process")).containsAll(CgroupTree.everywhere(cgroups.path()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"full", "props"})
    void othersGivePropertiesAlsoToWhatIsThere(String mode) throws IOException {
        tree.start();
        List<String> before = tree.setAll();
        tree.dump().succeeded();
        tree.awaitGone();
        cgroups.set("pids", "pids.max", "32");
        cgroups.set("memory", "memory.limit_in_bytes", "80000000");
        cgroups.set("cpu", "cpu.shares", "2");

        tree.restore("--manage-cgroups=" + mode).succeeded();

        assertThat(tree.all()).isEqualTo(before);
        assertThat(tree.victim().verdict()).isEqualTo("pass");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "props"})
    void theseMakeNoCgroup(String mode) throws IOException {
        tree.start();
        tree.dump().succeeded();
        tree.awaitGone();
        cgroups.remove();

        Execution restore = tree.restore("--manage-cgroups=" + mode);

        assertThat(restore.code()).isEqualTo(1);
        assertThat(restore.output()).contains(cgroups.path(), "is not there", "--manage-cgroups=" + mode);
        assertThat(tree.lives()).isFalse();
        assertThat(cgroups.exists("memory")).isFalse();
    }

    @Test
    void strictMakesAllOrNothing() throws IOException {
        tree.start();
        tree.dump().succeeded();
        tree.awaitGone();

        Execution restore = tree.restore("--manage-cgroups=strict");

        assertThat(restore.code()).isEqualTo(1);
        assertThat(restore.output()).contains(cgroups.path(), "is there already");
        assertThat(tree.lives()).isFalse();
        cgroups.remove();
        tree.restore("--manage-cgroups=strict").succeeded();
        assertThat(tree.victim().verdict()).isEqualTo("pass");
        assertThat(tree.where("process")).containsAll(CgroupTree.everywhere(cgroups.path()));
    }

    @Test
    void ignoredTheyAreThoseOfTheCommand() throws IOException {
        tree.start();
        tree.dump("--manage-cgroups=ignore").succeeded();
        tree.awaitGone();
        assertThat(tree.images().resolve("cgroup.img")).doesNotExist();
        cgroups.remove();

        tree.restore().succeeded();

        assertThat(tree.victim().verdict()).isEqualTo("pass");
        assertThat(tree.where("process")).noneMatch(line -> line.contains(cgroups.path()));
    }

    @Test
    void aDumpThatHasThemIsRestoredWithoutThemIfThatIsAsked() throws IOException {
        tree.start();
        tree.dump().succeeded();
        tree.awaitGone();
        cgroups.remove();

        tree.restore("--manage-cgroups=ignore").succeeded();

        assertThat(tree.victim().verdict()).isEqualTo("pass");
        assertThat(tree.where("process")).noneMatch(line -> line.contains(cgroups.path()));
        assertThat(cgroups.exists("memory")).isFalse();
    }
}
