package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A tree is dumped out of cgroups of its own and comes back into them; it tells itself where it is. */
class CgroupIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    private static final OneHost host = new OneHost(3000);

    @TempDir
    private Path base;

    @RegisterExtension
    private final CgroupTree tree = new CgroupTree(host);

    private final TestCgroups cgroups = tree.cgroups();

    @Test
    void processThreadAndChildComeBackEachIntoItsOwn() throws IOException {
        tree.start();
        tree.dump().succeeded();
        tree.awaitGone();
        cgroups.remove();

        tree.restore().succeeded();

        assertThat(tree.victim().verdict()).isEqualTo("pass");
        assertThat(tree.where("process")).containsAll(CgroupTree.everywhere(cgroups.path()));
        assertThat(tree.where("child")).containsAll(CgroupTree.everywhere(cgroups.path() + "/sub"));
        assertThat(tree.where("thread")).contains("cpu:" + cgroups.path() + "/sub", "pids:" + cgroups.path());
    }

    @Test
    void whatIsMadeHasThePropertiesThatItHad() throws IOException {
        tree.start();
        List<String> before = tree.setAll();
        tree.dump().succeeded();
        tree.awaitGone();
        cgroups.remove();

        tree.restore().succeeded();

        assertThat(tree.all()).isEqualTo(before);
        assertThat(tree.victim().verdict()).isEqualTo("pass");
    }

    @Test
    void critReadsTheImage() throws IOException {
        tree.start();
        cgroups.set("pids", "pids.max", "31");
        tree.dump().succeeded();

        String image = host.exec(
                        "crit", "show", tree.images().resolve("cgroup.img").toString())
                .succeeded()
                .output();
        assertThat(image)
                .contains(
                        "\"magic\": \"CGROUP\"",
                        "\"dir_name\": \"" + cgroups.path().substring(1) + "\"",
                        "\"dir_name\": \"sub\"");
        assertThat(image).containsPattern("\"name\": \"pids.max\",\\s+\"value\": \"31\"");
        assertThat(host.exec(
                                "crit",
                                "show",
                                tree.images()
                                        .resolve("core-" + tree.pid() + ".img")
                                        .toString())
                        .output())
                .contains("\"cg_set\": 2");
        assertThat(host.exec(
                                "crit",
                                "show",
                                tree.images().resolve("inventory.img").toString())
                        .output())
                .contains("\"root_cg_set\": 1");
    }

    @Test
    void aTreeInTheDumpersOwnCgroupsNeedsNoImage() throws IOException {
        tree.spawn();

        tree.dump().succeeded();
        tree.awaitGone();
        tree.restore().succeeded();

        assertThat(tree.images().resolve("cgroup.img")).doesNotExist();
        assertThat(tree.victim().verdict()).isEqualTo("pass");
    }

    @Test
    void anotherRootTakesTheTreeThere() throws IOException {
        tree.start();
        tree.dump().succeeded();
        tree.awaitGone();
        cgroups.remove();

        tree.restore(
                        "--cgroup-root",
                        tree.elsewhere().path() + "/deep",
                        "--cgroup-root",
                        "pids:" + tree.elsewhere().path())
                .succeeded();

        assertThat(tree.victim().verdict()).isEqualTo("pass");
        assertThat(tree.where("process"))
                .contains(
                        "memory:" + tree.elsewhere().path() + "/deep",
                        "pids:" + tree.elsewhere().path(),
                        ":" + tree.elsewhere().path() + "/deep");
        assertThat(tree.where("child"))
                .contains(
                        "memory:" + tree.elsewhere().path() + "/deep/sub",
                        "pids:" + tree.elsewhere().path() + "/sub");
        assertThat(cgroups.exists("memory")).as("made where it was").isFalse();
    }

    @Test
    void aRestoreThatFailsLeavesNoneBehindAndGivesBackWhatItChanged() throws IOException {
        tree.start();
        cgroups.set("cpu", "cpu.shares", "300");
        cgroups.set("pids", "pids.max", "31");
        tree.dump().succeeded();
        tree.awaitGone();
        Path script = Files.writeString(
                base.resolve("refuse"), "#!/bin/sh\n[ $CRTOOLS_SCRIPT_ACTION != post-restore ] || exit 7\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        cgroups.set("cpu", "cpu.shares", "400");
        cgroups.set("pids", "pids.max", "41");

        assertThat(tree.restore("--manage-cgroups=full", "--action-script", script.toString())
                        .code())
                .isEqualTo(1);
        assertThat(cgroups.get("cpu", "cpu.shares")).isEqualTo("400");
        assertThat(cgroups.get("pids", "pids.max")).isEqualTo("41");
        cgroups.remove();
        assertThat(tree.restore("--action-script", script.toString()).code()).isEqualTo(1);

        assertThat(tree.lives()).isFalse();
        for (String hierarchy : TestCgroups.HIERARCHIES) {
            assertThat(cgroups.exists(hierarchy)).as(hierarchy).isFalse();
        }
        tree.restore().succeeded();
        assertThat(tree.victim().verdict()).isEqualTo("pass");
    }

    @Test
    void propertiesAndControllersAreChosen() throws IOException {
        tree.start();
        Path file = Files.writeString(base.resolve("props"), """
                "memory":
                 - "strategy": "replace"
                 - "properties": ["memory.swappiness"]
                """);
        tree.dump(
                        "-R",
                        "--cgroup-dump-controller",
                        "memory",
                        "--cgroup-dump-controller",
                        "pids",
                        "--cgroup-props-file",
                        file.toString(),
                        "--cgroup-props",
                        "\"pids\":\n - \"strategy\": \"merge\"\n - \"properties\": [\"pids.peak\"]\n")
                .succeeded();

        String image = host.exec(
                        "crit", "show", tree.images().resolve("cgroup.img").toString())
                .succeeded()
                .output();
        assertThat(image).contains("\"memory.swappiness\"", "\"pids.max\"", "\"pids.peak\"");
        assertThat(image).doesNotContain("memory.limit_in_bytes", "cpu.shares", "\"cpuset\"");
        Execution wrong = tree.dump("-R", "--cgroup-props", "\"pids\": [\"pids.peak\"]");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.output()).contains("--cgroup-props: line 1 should have -");
    }

    @Test
    void aYardServesInPlaceOfMounts() throws IOException {
        tree.start();
        Path yard = Files.createDirectory(tree.victim().directory().resolve("yard"));
        try (Stream<Path> mounts = Files.list(Path.of("/sys/fs/cgroup"))) {
            for (Path mount : mounts.toList()) {
                Files.createSymbolicLink(yard.resolve(mount.getFileName()), mount);
            }
        }
        tree.dump("--cgroup-yard", yard.toString()).succeeded();
        tree.awaitGone();
        cgroups.remove();
        Files.delete(yard.resolve("memory"));
        Execution without = tree.restore("--cgroup-yard", yard.toString());
        assertThat(without.code()).isEqualTo(1);
        assertThat(without.output()).contains("of memory, whose hierarchy is not mounted here");
        Files.createSymbolicLink(yard.resolve("memory"), Path.of("/sys/fs/cgroup/memory"));

        tree.restore("--cgroup-yard", yard.toString()).succeeded();

        assertThat(tree.victim().verdict()).isEqualTo("pass");
        assertThat(tree.where("process")).containsAll(CgroupTree.everywhere(cgroups.path()));
    }

    @Test
    void threadsOfOneProcessComeBackIntoThreadedCgroups() throws IOException {
        Files.writeString(tree.victim().directory().resolve("process"), cgroups.file("unified", "cgroup.procs") + "\n");
        cgroups.set("unified", "sub/cgroup.type", "threaded");
        Files.writeString(
                tree.victim().directory().resolve("thread"), cgroups.file("unified", "sub/cgroup.threads") + "\n");
        tree.spawn();
        tree.dump().succeeded();
        tree.awaitGone();
        cgroups.remove();

        tree.restore().succeeded();

        assertThat(tree.victim().verdict()).isEqualTo("pass");
        assertThat(tree.where("process")).contains(":" + cgroups.path());
        assertThat(tree.where("thread")).contains(":" + cgroups.path() + "/sub");
        assertThat(cgroups.get("unified", "sub/cgroup.type")).isEqualTo("threaded");
    }

    @Test
    void aTreeThatACgroupHoldsFrozenIsRefusedByName() throws IOException {
        tree.start();
        cgroups.set("unified", "cgroup.freeze", "1");
        assertThat(Eventually.holds(LIMIT, () -> frozen())).isTrue();

        Execution dump = tree.dump();

        assertThat(dump.code()).isEqualTo(1);
        assertThat(dump.output()).contains("process " + tree.pid(), "holds it frozen", "cgroup.events");
        cgroups.set("unified", "cgroup.freeze", "0");
        assertThat(tree.victim().verdict()).isEqualTo("pass");
    }

    private boolean frozen() {
        try {
            return cgroups.get("unified", "cgroup.events").contains("frozen 1");
        } catch (IOException e) {
            return false;
        }
    }
}
