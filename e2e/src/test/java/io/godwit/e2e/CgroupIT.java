package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tree is dumped out of cgroups of its own and comes back into them; it tells itself where it is. */
class CgroupIT {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    private static final OneHost host = new OneHost(3000);

    @TempDir
    private Path base;

    private final TestCgroups cgroups = new TestCgroups("godwit-it");
    private final TestCgroups elsewhere = new TestCgroups("godwit-other");
    private Path images;
    private Victim victim;
    private int pid;

    @BeforeEach
    void startVictim() throws IOException {
        cgroups.make();
        images = Files.createDirectory(base.resolve("images"));
        victim = Victim.of("cgroups");
    }

    /** What is left of a tree ends by itself when it is told to go on. */
    @AfterEach
    void stopVictim() throws IOException {
        victim.letGo();
        host.kill(pid);
        assertThat(Eventually.holds(LIMIT, () -> !host.runs(pid))).isTrue();
        cgroups.close();
        elsewhere.close();
        victim.close();
    }

    @Test
    void processThreadAndChildComeBackEachIntoItsOwn() throws IOException {
        start();
        dump().succeeded();
        awaitGone();
        cgroups.remove();

        restore().succeeded();

        assertThat(victim.verdict()).isEqualTo("pass");
        assertThat(where("process")).containsAll(everywhere(cgroups.path()));
        assertThat(where("child")).containsAll(everywhere(cgroups.path() + "/sub"));
        assertThat(where("thread")).contains("cpu:" + cgroups.path() + "/sub", "pids:" + cgroups.path());
    }

    @Test
    void whatIsMadeHasThePropertiesThatItHad() throws IOException {
        start();
        List<String> before = setAll();
        dump().succeeded();
        awaitGone();
        cgroups.remove();

        restore().succeeded();

        assertThat(all()).isEqualTo(before);
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void critReadsTheImage() throws IOException {
        start();
        cgroups.set("pids", "pids.max", "31");
        dump().succeeded();

        String image = host.exec("crit", "show", images.resolve("cgroup.img").toString())
                .succeeded()
                .output();
        assertThat(image)
                .contains("\"magic\": \"CGROUP\"", "\"dir_name\": \"" + name() + "\"", "\"dir_name\": \"sub\"");
        assertThat(image).containsPattern("\"name\": \"pids.max\",\\s+\"value\": \"31\"");
        assertThat(host.exec(
                                "crit",
                                "show",
                                images.resolve("core-" + pid + ".img").toString())
                        .output())
                .contains("\"cg_set\": 2");
        assertThat(host.exec("crit", "show", images.resolve("inventory.img").toString())
                        .output())
                .contains("\"root_cg_set\": 1");
    }

    @Test
    void aTreeInTheDumpersOwnCgroupsNeedsNoImage() throws IOException {
        pid = host.spawn(victim.directory(), victim.command());
        victim.awaitReady();

        dump().succeeded();
        awaitGone();
        restore().succeeded();

        assertThat(images.resolve("cgroup.img")).doesNotExist();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void anotherRootTakesTheTreeThere() throws IOException {
        start();
        dump().succeeded();
        awaitGone();
        cgroups.remove();

        restore("--cgroup-root", elsewhere.path() + "/deep", "--cgroup-root", "pids:" + elsewhere.path())
                .succeeded();

        assertThat(victim.verdict()).isEqualTo("pass");
        assertThat(where("process"))
                .contains(
                        "memory:" + elsewhere.path() + "/deep",
                        "pids:" + elsewhere.path(),
                        ":" + elsewhere.path() + "/deep");
        assertThat(where("child"))
                .contains("memory:" + elsewhere.path() + "/deep/sub", "pids:" + elsewhere.path() + "/sub");
        assertThat(cgroups.exists("memory")).as("made where it was").isFalse();
    }

    @Test
    void softLeavesWhatIsThereAsItIs() throws IOException {
        start();
        cgroups.set("pids", "pids.max", "31");
        dump().succeeded();
        awaitGone();
        cgroups.set("pids", "pids.max", "32");

        restore().succeeded();

        assertThat(cgroups.get("pids", "pids.max")).isEqualTo("32");
        assertThat(victim.verdict()).isEqualTo("pass");
        assertThat(where("process")).containsAll(everywhere(cgroups.path()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"full", "props"})
    void othersGivePropertiesAlsoToWhatIsThere(String mode) throws IOException {
        start();
        List<String> before = setAll();
        dump().succeeded();
        awaitGone();
        cgroups.set("pids", "pids.max", "32");
        cgroups.set("memory", "memory.limit_in_bytes", "80000000");
        cgroups.set("cpu", "cpu.shares", "2");

        restore("--manage-cgroups=" + mode).succeeded();

        assertThat(all()).isEqualTo(before);
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "props"})
    void theseMakeNoCgroup(String mode) throws IOException {
        start();
        dump().succeeded();
        awaitGone();
        cgroups.remove();

        Execution restore = restore("--manage-cgroups=" + mode);

        assertThat(restore.code()).isEqualTo(1);
        assertThat(restore.output()).contains(cgroups.path(), "is not there", "--manage-cgroups=" + mode);
        assertThat(host.lives(pid)).isFalse();
        assertThat(cgroups.exists("memory")).isFalse();
    }

    @Test
    void strictMakesAllOrNothing() throws IOException {
        start();
        dump().succeeded();
        awaitGone();

        Execution restore = restore("--manage-cgroups=strict");

        assertThat(restore.code()).isEqualTo(1);
        assertThat(restore.output()).contains(cgroups.path(), "is there already");
        assertThat(host.lives(pid)).isFalse();
        cgroups.remove();
        restore("--manage-cgroups=strict").succeeded();
        assertThat(victim.verdict()).isEqualTo("pass");
        assertThat(where("process")).containsAll(everywhere(cgroups.path()));
    }

    @Test
    void ignoredTheyAreThoseOfTheCommand() throws IOException {
        start();
        dump("--manage-cgroups=ignore").succeeded();
        awaitGone();
        assertThat(images.resolve("cgroup.img")).doesNotExist();
        cgroups.remove();

        restore().succeeded();

        assertThat(victim.verdict()).isEqualTo("pass");
        assertThat(where("process")).noneMatch(line -> line.contains(cgroups.path()));
    }

    @Test
    void aDumpThatHasThemIsRestoredWithoutThemIfThatIsAsked() throws IOException {
        start();
        dump().succeeded();
        awaitGone();
        cgroups.remove();

        restore("--manage-cgroups=ignore").succeeded();

        assertThat(victim.verdict()).isEqualTo("pass");
        assertThat(where("process")).noneMatch(line -> line.contains(cgroups.path()));
        assertThat(cgroups.exists("memory")).isFalse();
    }

    @Test
    void aRestoreThatFailsLeavesNoneBehindAndGivesBackWhatItChanged() throws IOException {
        start();
        cgroups.set("cpu", "cpu.shares", "300");
        cgroups.set("pids", "pids.max", "31");
        dump().succeeded();
        awaitGone();
        Path script = Files.writeString(
                base.resolve("refuse"), "#!/bin/sh\n[ $CRTOOLS_SCRIPT_ACTION != post-restore ] || exit 7\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        cgroups.set("cpu", "cpu.shares", "400");
        cgroups.set("pids", "pids.max", "41");

        assertThat(restore("--manage-cgroups=full", "--action-script", script.toString())
                        .code())
                .isEqualTo(1);
        assertThat(cgroups.get("cpu", "cpu.shares")).isEqualTo("400");
        assertThat(cgroups.get("pids", "pids.max")).isEqualTo("41");
        cgroups.remove();
        assertThat(restore("--action-script", script.toString()).code()).isEqualTo(1);

        assertThat(host.lives(pid)).isFalse();
        for (String hierarchy : TestCgroups.HIERARCHIES) {
            assertThat(cgroups.exists(hierarchy)).as(hierarchy).isFalse();
        }
        restore().succeeded();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void propertiesAndControllersAreChosen() throws IOException {
        start();
        Path file = Files.writeString(base.resolve("props"), """
                "memory":
                 - "strategy": "replace"
                 - "properties": ["memory.swappiness"]
                """);
        dump(
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

        String image = host.exec("crit", "show", images.resolve("cgroup.img").toString())
                .succeeded()
                .output();
        assertThat(image).contains("\"memory.swappiness\"", "\"pids.max\"", "\"pids.peak\"");
        assertThat(image).doesNotContain("memory.limit_in_bytes", "cpu.shares", "\"cpuset\"");
        Execution wrong = dump("-R", "--cgroup-props", "\"pids\": [\"pids.peak\"]");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.output()).contains("--cgroup-props: line 1 should have -");
    }

    @Test
    void aYardServesInPlaceOfMounts() throws IOException {
        start();
        Path yard = Files.createDirectory(base.resolve("yard"));
        try (Stream<Path> mounts = Files.list(Path.of("/sys/fs/cgroup"))) {
            for (Path mount : mounts.toList()) {
                Files.createSymbolicLink(yard.resolve(mount.getFileName()), mount);
            }
        }
        dump("--cgroup-yard", yard.toString()).succeeded();
        awaitGone();
        cgroups.remove();
        Files.delete(yard.resolve("memory"));
        Execution without = restore("--cgroup-yard", yard.toString());
        assertThat(without.code()).isEqualTo(1);
        assertThat(without.output()).contains("of memory, whose hierarchy is not mounted here");
        Files.createSymbolicLink(yard.resolve("memory"), Path.of("/sys/fs/cgroup/memory"));

        restore("--cgroup-yard", yard.toString()).succeeded();

        assertThat(victim.verdict()).isEqualTo("pass");
        assertThat(where("process")).containsAll(everywhere(cgroups.path()));
    }

    @Test
    void threadsOfOneProcessComeBackIntoThreadedCgroups() throws IOException {
        Files.writeString(victim.directory().resolve("process"), cgroups.file("unified", "cgroup.procs") + "\n");
        cgroups.set("unified", "sub/cgroup.type", "threaded");
        Files.writeString(victim.directory().resolve("thread"), cgroups.file("unified", "sub/cgroup.threads") + "\n");
        pid = host.spawn(victim.directory(), victim.command());
        victim.awaitReady();
        dump().succeeded();
        awaitGone();
        cgroups.remove();

        restore().succeeded();

        assertThat(victim.verdict()).isEqualTo("pass");
        assertThat(where("process")).contains(":" + cgroups.path());
        assertThat(where("thread")).contains(":" + cgroups.path() + "/sub");
        assertThat(cgroups.get("unified", "sub/cgroup.type")).isEqualTo("threaded");
    }

    @Test
    void aTreeThatACgroupHoldsFrozenIsRefusedByName() throws IOException {
        start();
        cgroups.set("unified", "cgroup.freeze", "1");
        assertThat(Eventually.holds(LIMIT, () -> frozen())).isTrue();

        Execution dump = dump();

        assertThat(dump.code()).isEqualTo(1);
        assertThat(dump.output()).contains("process " + pid, "holds it frozen", "cgroup.events");
        cgroups.set("unified", "cgroup.freeze", "0");
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    private boolean frozen() {
        try {
            return cgroups.get("unified", "cgroup.events").contains("frozen 1");
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts the victim in the cgroups, its child in those below, and its thread below in one hierarchy. */
    private void start() throws IOException {
        Files.writeString(victim.directory().resolve("process"), cgroups.lists("", "cgroup.procs"));
        Files.writeString(victim.directory().resolve("child"), cgroups.lists("sub", "cgroup.procs"));
        Files.writeString(victim.directory().resolve("thread"), cgroups.file("cpu", "sub/tasks") + "\n");
        pid = host.spawn(victim.directory(), victim.command());
        victim.awaitReady();
    }

    private List<String> setAll() throws IOException {
        cgroups.set("cpu", "cpu.shares", "300");
        cgroups.set("cpu", "cpu.cfs_quota_us", "90000");
        cgroups.set("memory", "memory.limit_in_bytes", "120000000");
        cgroups.set("memory", "memory.swappiness", "17");
        cgroups.set("memory", "sub/memory.soft_limit_in_bytes", "60000000");
        cgroups.set("memory", "memory.oom_control", "1");
        cgroups.set("pids", "pids.max", "3");
        cgroups.set("devices", "sub/devices.deny", "a");
        cgroups.set("devices", "sub/devices.allow", "c 1:* rwm");
        cgroups.set("devices", "sub/devices.allow", "c 5:2 rw");
        cgroups.set("unified", "cgroup.max.descendants", "5");
        return all();
    }

    private List<String> all() throws IOException {
        List<String> values = new ArrayList<>();
        for (String property : List.of("cpu.shares", "cpu.cfs_quota_us", "sub/cpu.shares")) {
            values.add(property + "=" + cgroups.get("cpu", property));
        }
        for (String property : List.of(
                "memory.limit_in_bytes", "memory.swappiness", "sub/memory.soft_limit_in_bytes", "memory.oom_control")) {
            values.add(property + "=" + cgroups.get("memory", property));
        }
        values.add(cgroups.get("pids", "pids.max"));
        values.add(cgroups.get("cpuset", "cpuset.cpus") + " " + cgroups.get("cpuset", "sub/cpuset.cpus"));
        values.add(cgroups.get("devices", "sub/devices.list"));
        values.add(cgroups.get("unified", "cgroup.max.descendants"));
        return values;
    }

    /** What the victim found, without the numbers of the hierarchies. */
    private List<String> where(String who) throws IOException {
        return Files.readAllLines(victim.directory().resolve(who + ".after")).stream()
                .map(line -> line.substring(line.indexOf(':') + 1))
                .toList();
    }

    private static List<String> everywhere(String path) {
        return TestCgroups.HIERARCHIES.stream()
                .map(name -> switch (name) {
                    case "systemd" -> "name=systemd:" + path;
                    case "unified" -> ":" + path;
                    default -> name + ":" + path;
                })
                .toList();
    }

    private String name() {
        return cgroups.path().substring(1);
    }

    private Execution dump(String... options) throws IOException {
        return run(List.of(GODWIT, "dump", "-t", "" + pid, "-D", images.toString()), options);
    }

    private Execution restore(String... options) throws IOException {
        return run(List.of(GODWIT, "restore", "-d", "-D", images.toString()), options);
    }

    private static Execution run(List<String> command, String... options) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(options));
        return host.exec(all.toArray(String[]::new));
    }

    private void awaitGone() {
        assertThat(Eventually.holds(LIMIT, () -> !host.runs(pid)))
                .as("%d is gone after the dump", pid)
                .isTrue();
    }
}
