package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What can not be done is told in a clear message; the tree runs on at the source, and nothing is left at the target. */
class RefusalIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    /** Of the bytes on the wire: among the pages of the first round. */
    private static final long MIDDLE = 8 << 20;
    /** Where the version is in what the source says first: after the header and the field's tag. */
    private static final long VERSION_OFFSET = 25;

    @RegisterExtension
    private final TwoHosts hosts = new TwoHosts();

    private Victim victim;
    private int pid;

    @BeforeEach
    void startVictim() throws IOException {
        victim = Victim.of("memory");
        pid = hosts.source().spawn(victim.directory(), victim.command());
        victim.awaitReady();
    }

    @AfterEach
    void stop() throws IOException {
        victim.close();
    }

    @Test
    void aDryRunTouchesNothing() throws IOException {
        Execution run = hosts.migrate(pid, "--dry-run").succeeded();

        assertThat(run.output()).contains("passed");
        assertVictimRunsOnAtTheSource();
    }

    @Test
    void aPidThatDoesNotExist() throws IOException {
        assertRefused(hosts.migrate(999_999), 2, "999999");
    }

    /** Our own pid namespace may have them; a host of ours has none. */
    @Test
    void aThreadOfTheKernel() throws IOException {
        assumeTrue(
                Files.exists(Path.of("/proc/2/comm"))
                        && Files.readString(Path.of("/proc/2/comm")).equals("kthreadd\n"),
                "the threads of the kernel are not to be seen in this pid namespace");

        assertRefused(Execution.of(LIMIT, List.of(TwoHosts.GODWIT, "migrate", "2", "--to", "127.0.0.1")), 2, "kernel");
    }

    @Test
    void godwitItself() throws IOException {
        // exec keeps the shell's pid, here and in the launcher.
        String command = "exec " + TwoHosts.GODWIT + " migrate $$ --to " + TwoHosts.ADDRESS_B + " --insecure";

        assertRefused(hosts.source().exec("sh", "-c", command), 2, "godwit itself");
    }

    @Test
    void whoRunsGodwit() throws IOException {
        String command = TwoHosts.GODWIT + " migrate $$ --to " + TwoHosts.ADDRESS_B + " --insecure; exit $?";

        assertRefused(hosts.source().exec("sh", "-c", command), 2, "ancestor");
    }

    @Test
    void aTargetThatIsNotThere() throws IOException {
        hosts.killAgent();

        assertRefused(hosts.migrate(pid), 1, TwoHosts.ADDRESS_B);
        assertVictimRunsOnAtTheSource();
    }

    @Test
    void plainTextBeyondThisHostWithoutConsent() throws IOException {
        Execution run = hosts.source().exec(TwoHosts.GODWIT, "migrate", "" + pid, "--to", TwoHosts.ADDRESS_B);

        assertThat(run.code()).isNotZero();
        assertThat(run.output()).contains("--insecure");
        assertVictimRunsOnAtTheSource();
    }

    @Test
    void aTargetWhereThePidIsTaken() throws IOException {
        // A thread of the agent may take the pid first, but does not keep it.
        String take =
                "until echo %d > /proc/sys/kernel/ns_last_pid; sleep 1000 >/dev/null 2>&1 & [ $! = %d ]; do kill $!; done";
        hosts.target().exec("sh", "-c", take.formatted(pid - 1, pid)).succeeded();

        assertRefused(hosts.migrate(pid), 1, "" + pid);
        assertVictimRunsOnAtTheSource();
    }

    @Test
    void aTargetWhoseProcessorLacksWhatIsHere() throws IOException {
        Path cpuinfo = victim.directory().resolve("cpuinfo");
        Files.writeString(cpuinfo, Files.readString(Path.of("/proc/cpuinfo")).replace(" sse4_2 ", " "));
        hosts.target()
                .exec("mount", "--bind", cpuinfo.toString(), "/proc/cpuinfo")
                .succeeded();

        assertThat(hosts.migrate(pid, "--dry-run", "--cpu-cap", "fpu").code()).isZero();
        assertThat(hosts.migrate(pid, "--dry-run", "--cpu-cap=cpu").output()).contains("lacks sse4_2");
        assertRefused(hosts.migrate(pid), 1, "lacks sse4_2");
    }

    @Test
    void aTargetThatDiesInTheMiddle() throws IOException {
        Process relay = hosts.startRelay(Relay.What.HOLD, MIDDLE);
        Process migration = hosts.startMigration(log(), TwoHosts.RELAY, pid);
        awaitTheMiddle();
        hosts.killAgent();
        relay.getOutputStream().close();

        assertRefused(ended(migration), 1, TwoHosts.RELAY);
        assertVictimRunsOnAtTheSource();
        assertThat(Eventually.holds(LIMIT, () -> !hosts.target().runs(pid))).isTrue();
    }

    @Test
    void aTargetThatClosesInTheMiddle() throws IOException {
        hosts.startRelay(Relay.What.CLOSE, MIDDLE);

        assertRefused(hosts.migrateTo(TwoHosts.RELAY, pid), 1, "closed");
        assertVictimRunsOnAtTheSource();
        assertNothingAtTheTarget();
    }

    @Test
    void aPageThatIsAlteredOnTheWay() throws IOException {
        hosts.startRelay(Relay.What.ALTER, MIDDLE);

        assertRefused(hosts.migrateTo(TwoHosts.RELAY, pid), 1, "altered");
        assertVictimRunsOnAtTheSource();
        assertNothingAtTheTarget();
    }

    @Test
    void aTargetThatSpeaksAnotherVersion() throws IOException {
        hosts.startRelay(Relay.What.ALTER, VERSION_OFFSET);

        assertRefused(hosts.migrateTo(TwoHosts.RELAY, pid), 1, "version");
        assertVictimRunsOnAtTheSource();
        assertNothingAtTheTarget();
    }

    @Test
    void aTargetThatIsNoGodwit() throws IOException {
        hosts.startRelay(Relay.What.IMPERSONATE, 0);

        assertRefused(hosts.migrateTo(TwoHosts.RELAY, pid), 1, "no godwit");
        assertVictimRunsOnAtTheSource();
    }

    @Test
    void aProcessThatEndsInTheMiddle() throws IOException {
        Process relay = hosts.startRelay(Relay.What.HOLD, MIDDLE);
        Process migration = hosts.startMigration(log(), TwoHosts.RELAY, pid);
        awaitTheMiddle();
        hosts.source().exec("kill", "-KILL", "" + pid).succeeded();
        relay.getOutputStream().close();

        assertRefused(ended(migration), 1, "" + pid);
        assertNothingAtTheTarget();
    }

    @Test
    void aTargetWithAFullDisk() throws IOException {
        hosts.killAgent();
        String images = hosts.images().toString();
        hosts.target()
                .exec("mount", "-t", "tmpfs", "-o", "size=16m", "none", images)
                .succeeded();
        hosts.startAgent();

        assertRefused(hosts.migrate(pid, "--via-images"), 1, "space");
        assertVictimRunsOnAtTheSource();
        assertNothingAtTheTarget();
    }

    @Test
    void aTreeThatWritesTooFastStaysWhenItIsNotToBeStoppedForLong() throws IOException {
        hosts.slowLink("320mbit");
        assertRefused(hosts.migrate(pid, "--bandwidth", "1Gbit", "--on-no-convergence", "give-up"), 1, "MB/s");
        assertVictimRunsOnAtTheSource();
        assertNothingAtTheTarget();
    }

    /** Most of the time it is then in the middle of a stop. */
    @Test
    void aSourceAgentThatIsKilledWhileItThrottlesTheTree() throws IOException {
        hosts.slowLink("80mbit");
        Process migration = hosts.startMigration(log(), TwoHosts.ADDRESS_B, pid, "--on-no-convergence", "throttle");
        assertThat(Eventually.holds(LIMIT, () -> read(log()).contains("throttled by 80 %")))
                .as("it is throttled: %s", read(log()))
                .isTrue();
        Background.killJvm(migration);

        assertVictimRunsOnAtTheSource();
        assertNothingAtTheTarget();
    }

    @Test
    void aSourceAgentThatIsKilledInItsRehearsal() throws IOException {
        Process migration = hosts.startMigration(log(), TwoHosts.ADDRESS_B, pid);
        assertThat(Eventually.holds(LIMIT, () -> journals().contains("rehearsal-")))
                .as("it rehearses: %s", read(log()))
                .isTrue();
        Background.killJvm(migration);

        assertThat(Eventually.holds(LIMIT, () -> !migration.isAlive())).isTrue();
        assertThat(journals()).as("not over when it was killed").contains("rehearsal-");
        hosts.recover().succeeded();
        assertThat(journals()).isEmpty();
        assertVictimRunsOnAtTheSource();
    }

    /** In a session of its own, which tells its nice value (/proc/self/autogroup) before, while it prepares, and afterwards. */
    @Test
    void aSourceAgentThatIsKilledLeavesItsSessionWithTheNiceValueThatItHad() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/autogroup")), "a kernel with autogroups");
        String script = """
                nice() { sed 's/.* //' /proc/self/autogroup; }
                reaches() { for i in {1..400}; do v=$(nice); [ "$v" != "$1" ] || { echo "$v"; return 0; }; sleep 0.05; done; return 1; }
                nice
                %s migrate %d --to %s --insecure >%s 2>&1 &
                # or bash tells of its end among the rest
                disown $!
                reaches 5
                kill -KILL $!
                reaches 0
                """;

        Execution session = hosts.source()
                .exec("bash", "-c", script.formatted(TwoHosts.GODWIT, pid, TwoHosts.ADDRESS_B, log()))
                .succeeded();

        assertThat(session.output()).as(read(log())).isEqualTo("0\n5\n0\n");
        assertVictimRunsOnAtTheSource();
    }

    /** The names of all that is there at the source. */
    private String journals() {
        try {
            return hosts.source()
                    .exec("sh", "-c", "ls /run/godwit 2>/dev/null; :")
                    .succeeded()
                    .output();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitTheMiddle() {
        assertThat(Eventually.holds(LIMIT, () -> hosts.relaySays().contains("reached")))
                .as("the migration is in its middle")
                .isTrue();
    }

    private Execution ended(Process migration) throws IOException {
        assertThat(Eventually.holds(LIMIT, () -> !migration.isAlive()))
                .as("the migration ends by itself; it says: %s", Files.readString(log()))
                .isTrue();
        return new Execution(List.of("godwit", "migrate"), migration.exitValue(), Files.readString(log()));
    }

    private Path log() {
        return victim.directory().resolve("migration.log");
    }

    private void assertNothingAtTheTarget() throws IOException {
        // In time: the source does not wait until the target has noticed.
        assertThat(Eventually.holds(LIMIT, () -> !hosts.target().runs(pid)))
                .as("pid %d is gone from the target", pid)
                .isTrue();
        // And an agent that has just started rehearses with files of its own.
        if (!Eventually.holds(LIMIT, () -> filesAtTheTarget().isEmpty())) {
            assertThat(filesAtTheTarget()).as("files at the target").isEmpty();
        }
    }

    /** As host-b sees them, which may have mounted something there. */
    private String filesAtTheTarget() {
        try {
            return hosts.target()
                    .exec("find", hosts.images().toString(), "-mindepth", "1")
                    .output();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertRefused(Execution run, int code, String word) {
        assertThat(run.code()).as(run.output()).isEqualTo(code);
        assertThat(run.output()).contains(word).doesNotContain("\tat ").doesNotContain("Exception");
    }

    private void assertVictimRunsOnAtTheSource() {
        assertThat(hosts.source().runs(pid)).as("the victim runs on host-a").isTrue();
        assertThat(victim.verdict()).isEqualTo("pass");
    }
}
