package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A host where {@code godwit source-agent} runs: migrations begin with the process that it has ready. */
class SourceAgentIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String SOCKET = "/run/godwit/source-agent.sock";

    @RegisterExtension
    private final TwoHosts hosts = new TwoHosts();

    @TempDir
    private Path directory;

    private Background agent;
    private Victim victim;
    private int pid;

    @BeforeEach
    void start() throws IOException {
        agent = Background.start(
                hosts.source()::start,
                directory.resolve("agent.log"),
                "ready on " + SOCKET,
                List.of(TwoHosts.GODWIT, "source-agent"));
        victim = Victim.of("memory");
        pid = spawn(victim);
    }

    @AfterEach
    void stop() throws IOException {
        if (victim != null) {
            victim.close();
        }
        if (agent != null) {
            agent.close();
        }
    }

    private int spawn(Victim victim) throws IOException {
        int spawned = hosts.source().spawn(victim.directory(), victim.command());
        victim.awaitReady();
        return spawned;
    }

    /** How often it was ready so far. */
    private long ready() {
        return agent.says().lines().filter(line -> line.startsWith("ready on")).count();
    }

    private void awaitReady(int times) {
        assertThat(Eventually.holds(LIMIT, () -> ready() == times))
                .as(agent.says())
                .isTrue();
    }

    @Test
    void oneMigrationAfterTheOtherIsDoneByIt() throws IOException {
        Execution first = hosts.migrate(pid, "-v").succeeded();

        assertThat(first.output()).contains("Moved", "It stood still").doesNotContain("going on without");
        assertThat(hosts.source().lives(pid)).as("runs on host-a").isFalse();
        assertThat(victim.verdict()).isEqualTo("pass");
        awaitReady(2);
        try (Victim another = Victim.of("threads")) {
            int second = spawn(another);
            assertThat(hosts.migrate(second, "--json").succeeded().output()).contains("\"event\":\"done\"");
            assertThat(hosts.source().lives(second)).as("runs on host-a").isFalse();
            assertThat(another.verdict()).isEqualTo("pass");
        }
        awaitReady(3);
    }

    @Test
    void whatIsRefusedIsToldAsWithoutIt() throws IOException {
        Execution refused = hosts.migrateTo("127.0.0.1:1", pid);

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.output()).contains("127.0.0.1:1").doesNotContain("going on without");
        assertVictimRunsOnHere();
        awaitReady(2);
    }

    @Test
    void itIsNotAskedForWhatItIsNot() throws IOException {
        ProcessHandle waiting = process("agent.Standby");
        Execution other = hosts.source()
                .exec(
                        "env",
                        "GODWIT_JOURNAL=/run/other",
                        TwoHosts.GODWIT,
                        "migrate",
                        "" + pid,
                        "--to",
                        "127.0.0.1:1",
                        "--agent",
                        SOCKET);

        assertThat(other.code()).isEqualTo(1);
        assertThat(other.output())
                .contains(
                        "the source agent at " + SOCKET + " was started with another environment (GODWIT_*)",
                        "127.0.0.1:1")
                .containsOnlyOnce("going on without it");
        assertThat(hosts.migrate(pid, "--agent", "/run/none").succeeded().output())
                .contains("the source agent at /run/none is not there; going on without it");
        assertThat(victim.verdict()).isEqualTo("pass");
        assertThat(process("agent.Standby")).isEqualTo(waiting);
    }

    @Test
    void whoWantsToMigrateBesideAMigrationDoesItWithoutIt() throws IOException {
        Background slow = startSlowly("1MB");
        try (Victim another = Victim.of("threads")) {
            int second = spawn(another);
            hosts.migrate(second).succeeded();
            assertThat(another.verdict()).isEqualTo("pass");
        }
        assertThat(slow.runs()).as(slow.says()).isTrue();
        slow.killJvm();
        assertVictimRunsOnHere();
    }

    @Test
    void itGivesUpWithWhoHasAskedForTheMigration() throws IOException {
        Background migration = startSlowly("1MB");
        migration.killJvm();

        awaitReady(2);
        assertThat(hosts.source().runs(pid)).as("the victim runs on host-a").isTrue();
        hosts.migrate(pid).succeeded();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    /** As by Ctrl-C: when it is over the agent has ended too. */
    @Test
    void anInterruptedMigrationHasEndedBothHere() throws IOException {
        Background migration = startSlowly("1MB");
        ProcessHandle standby = process("agent.Standby");
        migration.interruptJvm();

        assertThat(Eventually.holds(LIMIT, () -> !migration.runs())).isTrue();
        assertThat(migration.code()).as(migration.says()).isEqualTo(130);
        // who has started it may have yet to take its exit code
        assertThat(ProcDirectory.process((int) standby.pid()).lives()).isFalse();
        assertThat(migration.says()).doesNotContain("outcome");
        assertVictimRunsOnHere();
    }

    @Test
    void whoHasAskedHearsOfItsEnd() throws IOException {
        Background migration = startSlowly("1MB");
        process("agent.Standby").destroyForcibly();

        assertThat(Eventually.holds(LIMIT, () -> !migration.runs())).isTrue();
        assertThat(migration.code()).as(migration.says()).isEqualTo(1);
        assertThat(migration.says())
                .contains("has ended before it could tell the outcome", "process " + pid + " runs on here");
        hosts.recover().succeeded();
        assertVictimRunsOnHere();
        awaitReady(2);
        assertThat(agent.says())
                .contains("the process that was to be ready has ended with 137; the next one is started in 1 s");
    }

    /** The words in it are read where it is, and once. */
    @Test
    void optionsMayBeInAFile() throws IOException {
        Files.writeString(directory.resolve("options"), "--to " + TwoHosts.ADDRESS_B + " --insecure --json");
        String script = "cd " + directory + " && " + TwoHosts.GODWIT + " migrate " + pid + " @options";

        Execution migration = hosts.source().exec("sh", "-c", script).succeeded();

        assertThat(migration.output()).contains("\"event\":\"done\"").doesNotContain("going on without");
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void thereIsOneInAPlace() throws IOException {
        Execution another = hosts.source().exec(TwoHosts.GODWIT, "source-agent");

        assertThat(another.code()).isEqualTo(1);
        assertThat(another.output()).contains("another source agent has " + SOCKET);
    }

    /** Started anew for a new build, say. */
    @Test
    void aMigrationOutlivesWhoHasMadeItReady() throws IOException {
        Background migration = startSlowly("10MB");
        process("cli.Godwit").destroy();
        assertThat(agent.code()).isZero();

        assertThat(Eventually.holds(LIMIT, () -> !migration.runs())).isTrue();
        assertThat(migration.code()).as(migration.says()).isZero();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    @Test
    void anAgentThatIsStoppedLeavesNothing() {
        ProcessHandle standby = process("agent.Standby");
        process("cli.Godwit").destroyForcibly();

        assertThat(Eventually.holds(LIMIT, () -> !standby.isAlive())).isTrue();
        assertThat(Eventually.holds(LIMIT, () -> !Files.exists(hosts.source().path(SOCKET))))
                .isTrue();
    }

    /** The JVM with this in its command line. */
    private ProcessHandle process(String word) {
        return agent.process()
                .descendants()
                .filter(handle -> handle.info().command().orElse("").endsWith("java"))
                .filter(handle -> handle.info().commandLine().orElse("").contains(word))
                .findFirst()
                .orElseThrow();
    }

    /** Returns when the agent is at work, which takes it some 20 s at 1 MB/s. */
    private Background startSlowly(String rate) throws IOException {
        Path log = directory.resolve("migration.log");
        Background migration =
                new Background(hosts.startMigration(log, TwoHosts.ADDRESS_B, pid, "--bandwidth", rate), log);
        assertThat(Eventually.holds(LIMIT, () -> migration.says().contains("pre-flight passed") || !migration.runs()))
                .isTrue();
        assertThat(migration.runs()).as(migration.says()).isTrue();
        assertThat(migration.says()).doesNotContain("going on without");
        assertThat(hosts.source().path(SOCKET)).doesNotExist();
        return migration;
    }

    private void assertVictimRunsOnHere() {
        assertThat(hosts.source().runs(pid)).as("the victim runs on host-a").isTrue();
        assertThat(victim.verdict()).isEqualTo("pass");
    }
}
