package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every victim moves between two hosts while it works and does not notice. */
class MigrateIT {
    private static final Pattern SENT_IN_ROUND =
            Pattern.compile("\"round\":(\\d+),\"pages_sent\":(\\d+),\"memory_bytes\":\\d+,\"wire_bytes\":(\\d+)");

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    private static final TwoHosts hosts = new TwoHosts();

    @ParameterizedTest
    @MethodSource("io.godwit.e2e.Victim#all")
    void aVictimIsTheSameOnTheOtherHost(String name) throws IOException {
        move(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "shared", "threads", "vmas"})
    void imageFilesOnTheOtherHostServeAsWell(String name) throws IOException {
        move(name, "--via-images");
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "process", "shared", "vmas"})
    void pagesMayTakeSeveralConnections(String name) throws IOException {
        move(name, "--streams", "4");
    }

    @ParameterizedTest
    @CsvSource({"madvise, 1", "madvise, 4", "always, 1", "always, 4"})
    @SuppressWarnings("try") // the setting is only held
    void memoryInHugePagesArrivesInHugePages(String setting, String streams) throws IOException {
        try (HugePages given = HugePages.given(setting);
                Victim victim = Victim.of("hugepages")) {
            int pid = start(victim);
            assertMoved(hosts.migrate(pid, "--streams", streams));
            assertThat(victim.verdict()).isEqualTo("pass");
            assumeThat(HugePages.had(victim.directory(), "asked")).isTrue();
            assertThat(HugePages.had(victim.directory(), "plain")).isEqualTo(setting.equals("always"));
            HugePages.assertKept(victim.directory());
        }
    }

    /** After the first round, in which huge pages are asked for at the target. */
    @Test
    void memoryThatIsMappedAnewInTheMiddleHasNoHugePagesThatNobodyAskedFor() throws IOException {
        try (Victim victim = Victim.of("remapped")) {
            int pid = start(victim);
            Path log = victim.directory().resolve("migration.log");
            Process migration = hosts.startMigration(
                    log,
                    TwoHosts.ADDRESS_B,
                    pid,
                    "--bandwidth",
                    "40MB",
                    "--downtime-limit",
                    "1ms",
                    "--max-rounds",
                    "8");
            assertThat(Eventually.holds(LIMIT, () -> read(log).contains("round 0")))
                    .isTrue();
            Files.createFile(victim.directory().resolve("remap"));
            assertThat(Eventually.holds(LIMIT, () -> !migration.isAlive())).isTrue();
            assertThat(migration.exitValue()).as(read(log)).isZero();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @RepeatedTest(2)
    void aTreeThatChangesArrivesWholeBySeveralConnections() throws IOException {
        try (Victim victim = Victim.of("churn")) {
            int pid = start(victim);
            assertMoved(hosts.migrate(pid, "--downtime-limit", "1ms", "--max-rounds", "8", "--streams", "3"));
            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(hosts.source().lives(pid)).as("runs on host-a").isFalse();
        }
    }

    /** A downtime that no tree can have makes the rounds go on while the tree changes under them. */
    @RepeatedTest(2)
    void aTreeThatChangesInManyRoundsArrivesWhole() throws IOException {
        try (Victim victim = Victim.of("churn")) {
            int pid = start(victim);
            assertMoved(hosts.migrate(pid, "--downtime-limit", "1ms", "--max-rounds", "8"));
            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(hosts.source().lives(pid)).as("runs on host-a").isFalse();
        }
    }

    /** The heap, the stack and what mremap(2) moves; and threads that begin and end. */
    @RepeatedTest(2)
    void whatGrowsAndShrinksInManyRoundsArrivesWhole() throws IOException {
        try (Victim victim = Victim.of("growing")) {
            Execution migration = hosts.migrate(
                    start(victim), "--bandwidth", "20MB", "--downtime-limit", "1ms", "--max-rounds", "12");
            assertMoved(migration);
            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(migration.output()).contains("round 2");
        }
    }

    /** The target's machine lies in the middle of the largest gap that it knows of, and must move. */
    @Test
    void whatIsMappedWhereTheTargetHasItsMachineArrivesWhole() throws IOException {
        assertArrives("inway", "--bandwidth", "20MB", "--downtime-limit", "1ms", "--max-rounds", "8");
    }

    /** Pages that were found and are gone when they are to be read must not count as sent. */
    @RepeatedTest(2)
    void aTreeThatTakesAndGivesBackLargeBlocksArrivesWhole() throws IOException {
        assertArrives("blocks", "--bandwidth", "150MB", "--downtime-limit", "1ms", "--max-rounds", "20");
    }

    /** Writes that no tracker sees, by pwrite(2) and by processes that ended since, must be found all the same. */
    @RepeatedTest(2)
    void sharedMemoryThatIsWrittenInManyRoundsArrivesWhole() throws IOException {
        assertArrives("sharing", "--bandwidth", "150MB", "--downtime-limit", "1ms", "--max-rounds", "8");
    }

    /** In the first two rounds pages are sent as a whole, and then mostly words of them. */
    @RepeatedTest(2)
    void ofPagesInWhichLittleChangesWordsAreSentAndTheyArriveWhole() throws IOException {
        try (Victim victim = Victim.of("words")) {
            int pid = start(victim);
            Execution migration = hosts.migrate(
                    pid,
                    "--json",
                    "--compress",
                    "off",
                    "--bandwidth",
                    "150MB",
                    "--downtime-limit",
                    "1ms",
                    "--max-rounds",
                    "10");
            assertMoved(migration);
            assertThat(victim.verdict()).isEqualTo("pass");
            long pages = 0;
            long bytes = 0;
            for (Matcher round = SENT_IN_ROUND.matcher(migration.output()); round.find(); ) {
                boolean later = Integer.parseInt(round.group(1)) > 1;
                pages += later ? Long.parseLong(round.group(2)) : 0;
                bytes += later ? Long.parseLong(round.group(3)) : 0;
            }
            assertThat(pages).isPositive();
            assertThat(bytes).isLessThan(pages * 4096 / 2);
        }
    }

    /** Where the target's machine sits in the tasks that grow, the source can map something in a later round. */
    @Test
    void memoryThatIsMappedWhereTheTargetWorksArrives() throws IOException {
        assertArrives("crowded", "--bandwidth", "40MB");
    }

    /** Such a process is made anew at the target, and so must be all that descend from it. */
    @RepeatedTest(2)
    void aProcessThatBeginsASessionInTheMiddleOfAMigrationKeepsItsChildren() throws IOException {
        assertArrives("secession", "--downtime-limit", "1ms", "--max-rounds", "12");
    }

    /** It comes in its parent's session, as the parent is there before it. */
    @Test
    void aZombieOfTheSessionThatItsParentLeftIsThereToBeWaitedFor() throws IOException {
        assertArrives("disowned");
    }

    /** What a device has not yet written when a page is read must not count as unchanged after it. */
    @Test
    void whatADeviceWritesIntoMemoryArrivesToo() throws IOException {
        try (Victim victim = Victim.of("direct")) {
            int pid = start(victim);
            assertMoved(hosts.migrate(pid, "--downtime-limit", "1ms", "--max-rounds", "8"));
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aTreeThatWritesFasterThanTheLinkCarriesIsThrottledUntilItDoesNot() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = start(victim);
            hosts.slowLink("320mbit");
            Execution migration;
            try {
                // nor is a limit that the link does not reach taken for what it carries
                migration = hosts.migrate(
                        pid, "--bandwidth", "1Gbit", "--downtime-limit", "36ms", "--on-no-convergence", "throttle");
            } finally {
                hosts.fastLink();
            }
            assertMoved(migration);
            assertThat(migration.output()).contains("throttled by 20 %", "under the limit");
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    /** Rounds of 20 MB/s do not catch up with it, but what they leave is soon sent without that limit. */
    @Test
    void aTreeThatWritesFasterThanTheRoundsMayCarryIsNotGivenUpWhereTheLinkCarriesMore() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = start(victim);
            Execution migration = hosts.migrate(
                    pid, "--bandwidth", "20MB", "--downtime-limit", "60ms", "--on-no-convergence", "give-up");
            assertMoved(migration);
            assertThat(migration.output()).contains("under the limit");
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    private static int start(Victim victim) throws IOException {
        int pid = hosts.source().spawn(victim.directory(), victim.command());
        victim.awaitReady();
        return pid;
    }

    private static void assertMoved(Execution migration) {
        assertThat(migration.code())
                .as("%s\nthe agent: %s", migration.output(), hosts.agentSays())
                .isZero();
    }

    /** For one of which no picture is true for long, or that needs options. */
    private static void assertArrives(String name, String... options) throws IOException {
        try (Victim victim = Victim.of(name)) {
            assertMoved(hosts.migrate(start(victim), options));
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    private static void move(String name, String... options) throws IOException {
        try (Victim victim = Victim.of(name)) {
            int pid = start(victim);
            List<String> before = Picture.of(hosts.source(), pid);

            assertMoved(hosts.migrate(pid, options));

            List<String> after = Picture.of(hosts.target(), pid);
            assertSoftly(softly -> {
                softly.assertThat(hosts.source().lives(pid))
                        .as("runs on host-a")
                        .isFalse();
                softly.assertThat(victim.verdict()).isEqualTo("pass");
                softly.assertThat(Picture.changes(before, after)).isEmpty();
            });
        }
    }
}
