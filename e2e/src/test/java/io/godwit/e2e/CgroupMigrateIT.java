package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tree moves with its cgroups. Both hosts have the same hierarchies, so those of the target are elsewhere in them. */
class CgroupMigrateIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Of the bytes on the wire: among the pages of the first round. */
    private static final long MIDDLE = 256 << 10;

    @RegisterExtension
    private static final TwoHosts hosts = new TwoHosts();

    private final TestCgroups here = new TestCgroups("godwit-here");
    private final TestCgroups there = new TestCgroups("godwit-there");
    private Victim victim;
    private int pid;

    @BeforeEach
    void makeCgroups() throws IOException {
        here.make();
        here.set("pids", "pids.max", "200");
        here.set("cpu", "cpu.cfs_quota_us", "90000");
    }

    private void start(String name) throws IOException {
        victim = Victim.of(name);
        Files.writeString(victim.directory().resolve("process"), here.lists("", "cgroup.procs"));
        Files.writeString(victim.directory().resolve("child"), here.lists("sub", "cgroup.procs"));
        Files.writeString(victim.directory().resolve("thread"), here.file("cpu", "sub/tasks") + "\n");
        pid = hosts.source().spawn(victim.directory(), victim.command());
        victim.awaitReady();
    }

    @AfterEach
    void stop() throws IOException {
        victim.close();
        here.close();
        there.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--via-images"})
    void theTreeIsInTheSameCgroupsAtTheTarget(String option) throws IOException {
        start("cgroups");
        Execution migration = option.isEmpty()
                ? migrate("--manage-cgroups", "--cgroup-root", there.path())
                : migrate("--manage-cgroups", "--cgroup-root", there.path(), option);

        migration.succeeded();
        assertThat(victim.verdict()).isEqualTo("pass");
        assertThat(where("process")).contains("memory:" + there.path(), "cpu:" + there.path(), ":" + there.path());
        assertThat(where("child")).contains("memory:" + there.path() + "/sub", ":" + there.path() + "/sub");
        assertThat(where("thread")).contains("memory:" + there.path(), "cpu:" + there.path() + "/sub");
        assertThat(there.get("pids", "pids.max")).isEqualTo("200");
        assertThat(there.get("cpu", "cpu.cfs_quota_us")).isEqualTo("90000");
    }

    /** A process that begins a session is ended at the target and made anew, in the cgroups of its parent. */
    @Test
    void processesThatAreMadeAnewAreInTheirOwnCgroups() throws IOException {
        start("secession");
        Path log = victim.directory().resolve("migration.log");
        Process migration = hosts.startMigration(
                log,
                TwoHosts.ADDRESS_B,
                pid,
                "--manage-cgroups",
                "--cgroup-root",
                there.path(),
                "--downtime-limit",
                "1ms",
                "--max-rounds",
                "12");

        // they live for half a second, and those that come after them enter the old cgroups by themselves
        assertThat(Eventually.holds(
                        LIMIT,
                        () -> read(log).contains("stopping the tree")
                                && !read(there.file("memory", "sub/cgroup.procs"))
                                        .isEmpty()))
                .as(read(log))
                .isTrue();
        assertThat(Eventually.holds(LIMIT, () -> !migration.isAlive())).isTrue();
        assertThat(migration.exitValue()).as(read(log)).isZero();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void whatCanNotBeReadHereIsSaid() throws IOException {
        start("cgroups");
        hosts.source().exec("umount", "/sys/fs/cgroup/pids").succeeded();
        try {
            Execution migration =
                    migrate("--manage-cgroups", "--cgroup-root", there.path()).succeeded();

            assertThat(migration.output()).contains("of pids is not to be seen here");
            assertThat(victim.verdict()).isEqualTo("pass");
        } finally {
            hosts.source()
                    .exec("mount", "-t", "cgroup", "-o", "pids", "cgroup", "/sys/fs/cgroup/pids")
                    .succeeded();
        }
    }

    @Test
    void withoutTheOptionTheTreeIsWhereTheAgentIs() throws IOException {
        start("cgroups");
        migrate().succeeded();

        assertThat(victim.verdict()).isEqualTo("pass");
        assertThat(where("process")).noneMatch(line -> line.contains(here.path()));
        assertThat(there.exists("memory")).isFalse();
    }

    @Test
    void whatTheTargetRefusesLeavesTheTreeAndNoCgroup() throws IOException {
        start("cgroups");
        Execution migration = migrate("--manage-cgroups=none", "--cgroup-root", there.path());

        assertThat(migration.code()).isEqualTo(1);
        assertThat(migration.output()).contains(there.path(), "is not there");
        assertThat(there.exists("memory")).isFalse();
        assertThat(hosts.source().runs(pid)).isTrue();
        assertThat(victim.verdict()).isEqualTo("pass");
        assertThat(where("process")).contains("memory:" + here.path());
    }

    /** As by TasksMax= of the agent's unit: some threads are made at the target, and others can not be. */
    @Test
    void aTreeThatMayNotHaveAllItsThreadsAtTheTargetRunsOn() throws IOException {
        victim = Victim.of("threads");
        pid = hosts.source().spawn(victim.directory(), victim.command());
        victim.awaitReady();
        hosts.putAgentInto(here.file("pids", ""));
        Path log = victim.directory().resolve("migration.log");
        Process relay = hosts.startRelay(Relay.What.HOLD, MIDDLE);
        Process migration = hosts.startMigration(log, TwoHosts.RELAY, pid);
        assertThat(Eventually.holds(LIMIT, () -> hosts.relaySays().contains("reached")))
                .isTrue();
        here.set("pids", "pids.max", "" + (Integer.parseInt(here.get("pids", "pids.current")) + 3));
        relay.getOutputStream().close();

        assertThat(Eventually.holds(LIMIT, () -> !migration.isAlive())).isTrue();
        assertThat(migration.exitValue()).as(read(log)).isEqualTo(1);
        assertThat(read(log)).contains("make thread ", "Resource temporarily unavailable");
        assertThat(hosts.source().runs(pid)).isTrue();
        assertThat(Eventually.holds(LIMIT, () -> !hosts.target().runs(pid))).isTrue();

        here.set("pids", "pids.max", "max");
        hosts.putAgentInto(here.file("pids", ".."));
        migrate().succeeded();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    /** Nothing of what is not there yet. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    private Execution migrate(String... options) throws IOException {
        return hosts.migrate(pid, options);
    }

    /** What the victim found, without the numbers of the hierarchies. */
    private List<String> where(String who) throws IOException {
        return Files.readAllLines(victim.directory().resolve(who + ".after")).stream()
                .map(line -> line.substring(line.indexOf(':') + 1))
                .toList();
    }
}
