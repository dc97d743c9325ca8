package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that processes share by copy-on-write since a fork travels once and is shared on the other host. */
class ForkedMemoryIT {
    private static final Percentage TOLERANCE = Percentage.withPercentage(10);
    private static final Pattern MEMORY = Pattern.compile("\"traffic\":\\{\"memory_bytes\":(\\d+)");

    @RegisterExtension
    private static final TwoHosts hosts = new TwoHosts();

    @TempDir
    private Path images;

    @Test
    void aPreforkServersMemoryIsSentOnceAndStaysShared() throws IOException {
        try (Victim victim = Victim.of("prefork")) {
            int pid = start(victim);
            long before = Processes.memoryKib(hosts.source(), pid);

            Execution migration = hosts.migrate(pid, "--json");
            assertThat(migration.code()).as(migration.output()).isZero();

            long after = Processes.memoryKib(hosts.target(), pid);
            assertThat(after).as("KiB at the target").isCloseTo(before, TOLERANCE);
            assertThat(memoryBytes(migration) / 1024).as("KiB handed over").isCloseTo(before, TOLERANCE);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    /** What was read of the tree takes no more memory than before. */
    @Test
    void aMigrationThatFailsLeavesMemorySharedAtTheSource() throws IOException {
        try (Victim victim = Victim.of("prefork")) {
            int pid = start(victim);
            long before = Processes.memoryKib(hosts.source(), pid);
            hosts.startRelay(Relay.What.CLOSE, 50 << 20);

            Execution migration = hosts.migrateTo(TwoHosts.RELAY, pid);

            assertThat(migration.code()).as(migration.output()).isNotZero();
            assertThat(Processes.memoryKib(hosts.source(), pid)).isCloseTo(before, TOLERANCE);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aRestoreFromImagesSharesWhatIsEqual() throws IOException {
        try (Victim victim = Victim.of("prefork")) {
            int pid = start(victim);
            NamespaceHost host = hosts.source();
            long before = Processes.memoryKib(host, pid);
            String directory = images.toString();

            host.exec(TwoHosts.GODWIT, "dump", "-t", "" + pid, "-D", directory).succeeded();
            assertThat(Eventually.holds(Duration.ofSeconds(10), () -> !host.runs(pid)))
                    .as("%d is gone after the dump", pid)
                    .isTrue();
            host.exec(TwoHosts.GODWIT, "restore", "-d", "-D", directory).succeeded();

            assertThat(Processes.memoryKib(host, pid)).isCloseTo(before, TOLERANCE);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    /** Each process forks, ends and writes between the rounds and in them, as its seed says. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aTreeThatForksAndWritesInManyRoundsArrivesWhole(int seed) throws IOException {
        try (Victim victim = Victim.of("forks")) {
            Files.writeString(victim.directory().resolve("seed"), "" + seed);
            int pid = start(victim);

            Execution migration = hosts.migrate(pid, "--downtime-limit", "1ms", "--max-rounds", "8");
            assertThat(migration.code())
                    .as("seed %d: %s\nthe agent: %s", seed, migration.output(), hosts.agentSays())
                    .isZero();
            assertThat(victim.verdict()).as("seed %d", seed).isEqualTo("pass");
        }
    }

    private static int start(Victim victim) throws IOException {
        int pid = hosts.source().spawn(victim.directory(), victim.command());
        victim.awaitReady();
        return pid;
    }

    private static long memoryBytes(Execution migration) {
        Matcher matcher = MEMORY.matcher(migration.output());
        assertThat(matcher.find()).as(migration.output()).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
