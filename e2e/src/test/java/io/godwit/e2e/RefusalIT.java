package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can not be done is told in a clear message; the tree runs on at the source, and nothing is left at the target. */
class RefusalIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private TwoHosts hosts;
    private Victim victim;
    private int pid;

    @BeforeEach
    void startVictim() throws IOException {
        hosts = TwoHosts.start();
        victim = Victim.of("memory");
        pid = hosts.source().spawn(victim.directory(), victim.command());
        victim.awaitReady();
    }

    @AfterEach
    void stop() throws IOException {
        hosts.close();
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
        hosts.target()
                .exec("sh", "-c", "echo " + (pid - 1) + " > /proc/sys/kernel/ns_last_pid && sleep 1000 & echo")
                .succeeded();
        assertThat(Eventually.holds(LIMIT, () -> hosts.target().runs(pid))).isTrue();

        assertRefused(hosts.migrate(pid), 1, "" + pid);
        assertVictimRunsOnAtTheSource();
    }

    @Test
    void aTargetThatDiesInTheMiddle() throws IOException {
        Process migration = hosts.source()
                .start(
                        victim.directory().resolve("migration"),
                        TwoHosts.GODWIT,
                        "migrate",
                        "" + pid,
                        "--to",
                        TwoHosts.ADDRESS_B,
                        "--insecure");
        assertThat(Eventually.holds(LIMIT, () -> arriving() > 0)).isTrue();
        hosts.killAgent();

        assertThat(Eventually.holds(LIMIT, () -> !migration.isAlive())).isTrue();
        assertThat(migration.exitValue()).isEqualTo(1);
        assertVictimRunsOnAtTheSource();
    }

    @Test
    void aTargetWithoutRoomForTheMemory() throws IOException {
        hosts.target()
                .exec(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=16m",
                        "none",
                        hosts.images().toString())
                .succeeded();
        hosts.killAgent();
        hosts.startAgent();

        assertRefused(hosts.migrate(pid, "--via-images"), 1, "space");
        assertVictimRunsOnAtTheSource();
        Execution left = hosts.target().exec("find", hosts.images().toString(), "-mindepth", "1");
        assertThat(left.output()).isEmpty();
    }

    private long arriving() {
        try (Stream<Path> all = Files.walk(hosts.images())) {
            return all.filter(Files::isRegularFile).count();
        } catch (IOException | UncheckedIOException e) {
            return 0;
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
