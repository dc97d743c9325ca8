package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Chains of dumps, each made by a command of its own. */
class PreDumpIT {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();
    private static final String FULL = "so all memory is dumped";
    private static final String TRACKER = "godwit-tracker-";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @RegisterExtension
    private static final OneHost host = new OneHost(3000);

    @TempDir
    private Path images;

    /** The keeper of the test before goes with its process, a moment after it. */
    @BeforeEach
    void nothingIsKept() {
        assertThat(Eventually.holds(LIMIT, PreDumpIT::nothingLeft)).isTrue();
    }

    /** The names of the keepers that run on the host. */
    private static List<String> trackers() throws IOException {
        return host.exec("cat", "/proc/net/unix")
                .output()
                .lines()
                .filter(line -> line.contains("@" + TRACKER))
                .toList();
    }

    private static int keeper() throws IOException {
        return Integer.parseInt(
                host.exec("pgrep", "-f", TRACKER).succeeded().output().strip());
    }

    private static int start(Victim victim) throws IOException {
        int pid = host.spawn(victim.directory(), victim.command());
        victim.awaitReady();
        return pid;
    }

    /** Runs a dump of some kind into a new directory of this number, on the one before unless it is the first. */
    private Execution round(int number, String command, int pid, String... options) throws IOException {
        Files.createDirectory(directory(number));
        List<String> all = new ArrayList<>(
                List.of(GODWIT, command, "-t", "" + pid, "-D", directory(number).toString()));
        if (number > 1 && !List.of(options).contains("--prev-images-dir")) {
            all.addAll(List.of("--prev-images-dir", "../" + (number - 1)));
        }
        all.addAll(List.of(options));
        return host.exec(all.toArray(String[]::new));
    }

    private Path directory(int number) {
        return images.resolve("" + number);
    }

    private long pageBytes(int number) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(directory(number))) {
            for (Path file : files.toList()) {
                bytes += file.getFileName().toString().startsWith("pages-") ? Files.size(file) : 0;
            }
        }
        return bytes;
    }

    private static void awaitEnd(int pid) {
        assertThat(Eventually.holds(LIMIT, () -> !host.runs(pid)))
                .as("%d is gone", pid)
                .isTrue();
    }

    private void restored(int number, int pid) throws IOException {
        awaitEnd(pid);
        host.exec(GODWIT, "restore", "-d", "-D", directory(number).toString()).succeeded();
    }

    private static void kill(int pid) throws IOException {
        host.exec("kill", "-KILL", "" + pid).succeeded();
    }

    private static void warns(Execution dump) {
        assertThat(dump.succeeded().output()).contains(FULL);
    }

    private static void isSilent(Execution dump) {
        assertThat(dump.succeeded().output()).isEmpty();
    }

    @Test
    void aTreeThatChangesInFourRoundsIsRestoredWhole() throws IOException {
        try (Victim victim = Victim.of("churn")) {
            int pid = start(victim);
            isSilent(round(1, "pre-dump", pid));
            isSilent(round(2, "pre-dump", pid, "--pre-dump-mode", "splice"));
            isSilent(round(3, "pre-dump", pid, "--track-mem"));
            isSilent(round(4, "dump", pid));
            restored(4, pid);
            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(trackers()).isEmpty();
        }
    }

    @Test
    void aRoundHasOnlyWhatWasWrittenAndCritReadsIt() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = start(victim);
            isSilent(round(1, "pre-dump", pid));
            isSilent(round(2, "pre-dump", pid));
            isSilent(round(3, "dump", pid));
            assertThat(pageBytes(1)).isGreaterThan(38 << 20);
            assertThat(pageBytes(2)).isLessThan(pageBytes(1) / 4);
            assertThat(pageBytes(3)).isLessThan(pageBytes(1) / 4);
            assertThat(Files.readSymbolicLink(directory(3).resolve("parent"))).isEqualTo(Path.of("../2"));
            for (Path file : List.of(directory(1), directory(2), directory(3))) {
                critReads(file);
            }
            restored(3, pid);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    private static void critReads(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(PreDumpIT::isDescribed).toList()) {
                assertThat(host.exec("crit", "show", file.toString())
                                .succeeded()
                                .output())
                        .as("%s", file)
                        .contains("\"entries\"");
            }
        }
    }

    private static boolean isDescribed(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".img") && !name.startsWith("pages-");
    }

    @Test
    void aPreDumpAloneIsNotRestoredFrom() throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = start(victim);
            isSilent(round(1, "pre-dump", pid));
            Execution restore =
                    host.exec(GODWIT, "restore", "-d", "-D", directory(1).toString());
            assertThat(restore.code()).isEqualTo(1);
            assertThat(restore.output()).contains("pre-dump");
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void withoutItsTrackerADumpIsFullAndSaysSo() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = start(victim);
            isSilent(round(1, "pre-dump", pid));
            int keeper = keeper();
            kill(keeper);
            awaitEnd(keeper);
            warns(round(2, "pre-dump", pid));
            isSilent(round(3, "dump", pid));
            assertThat(pageBytes(2)).isGreaterThan(38 << 20);
            assertThat(pageBytes(3)).isLessThan(pageBytes(1) / 4);
            restored(3, pid);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aDumpOnAnotherThanTheLastIsFullAndSaysSo() throws IOException {
        try (Victim victim = Victim.of("churn")) {
            int pid = start(victim);
            isSilent(round(1, "pre-dump", pid));
            isSilent(round(2, "pre-dump", pid));
            warns(round(3, "dump", pid, "--prev-images-dir", "../1"));
            restored(3, pid);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void anotherTreesTrackerIsLeftAlone() throws IOException {
        try (Victim one = Victim.of("memory");
                Victim other = Victim.of("memory")) {
            int pid = start(one);
            int otherPid = start(other);
            isSilent(round(1, "pre-dump", pid));
            warns(round(2, "dump", otherPid));
            restored(2, otherPid);
            Path second = Files.createDirectory(images.resolve("second"));
            isSilent(host.exec(GODWIT, "dump", "-t", "" + pid, "-D", second.toString(), "--prev-images-dir", "../1"));
            awaitEnd(pid);
            host.exec(GODWIT, "restore", "-d", "-D", second.toString()).succeeded();
            assertThat(one.verdict()).isEqualTo("pass");
            assertThat(other.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aDirectoryWithoutACompleteDumpIsRefusedAndTheTrackerIsKept() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = start(victim);
            isSilent(round(1, "pre-dump", pid));
            Files.createDirectory(directory(5));
            Execution dump = round(6, "dump", pid);
            assertThat(dump.code()).isEqualTo(1);
            assertThat(dump.output()).contains("no dump was completed in it");
            isSilent(round(2, "dump", pid));
            restored(2, pid);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aDirectoryThatTheChainNeedsIsNotWrittenAnew() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = start(victim);
            isSilent(round(1, "pre-dump", pid));
            isSilent(round(2, "pre-dump", pid));
            Execution dump = host.exec(
                    GODWIT,
                    "dump",
                    "-t",
                    "" + pid,
                    "-D",
                    directory(1).toString(),
                    "--prev-images-dir",
                    directory(2).toString());
            assertThat(dump.code()).isEqualTo(1);
            assertThat(dump.output()).contains("use a new directory");
            isSilent(round(3, "dump", pid));
            restored(3, pid);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aPidThatWasUsedAgainAndAProcessThatExecutedAnotherProgramAreDumpedWhole() throws IOException {
        try (Victim victim = Victim.of("succession")) {
            int pid = start(victim);
            isSilent(round(1, "pre-dump", pid));
            Files.createDirectory(victim.directory().resolve("again"));
            for (String told : List.of("heir-2", "renewed-2")) {
                assertThat(Eventually.holds(
                                LIMIT, () -> Files.exists(victim.directory().resolve(told))))
                        .isTrue();
            }
            isSilent(round(2, "dump", pid));
            restored(2, pid);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void eachDumpOfASeriesIsRestored() throws IOException {
        try (Victim victim = Victim.of("churn")) {
            int pid = start(victim);
            for (int i = 1; i <= 3; i++) {
                isSilent(round(i, "dump", pid, "--track-mem", "--leave-running"));
            }
            host.exec("pkill", "-KILL", "--session", "" + pid).succeeded();
            for (int i = 1; i <= 3; i++) {
                restored(i, pid);
                assertThat(victim.verdict()).as("dump %d", i).isEqualTo("pass");
                Files.delete(victim.directory().resolve("go"));
                Files.delete(victim.directory().resolve("result"));
            }
            assertThat(Eventually.holds(LIMIT, PreDumpIT::nothingLeft)).isTrue();
        }
    }

    /** The main thread waits in the kernel until its child of vfork(2) can open a pipe that nobody writes to. */
    @Test
    void aProcessThatDoesNotStopInTimeIsNamedAndRunsOn() throws IOException {
        Path gate = images.resolve("gate");
        Path told = images.resolve("told");
        host.exec("mkfifo", gate.toString()).succeeded();
        String script = """
                import os
                os.posix_spawn('/bin/true', ['true'], {}, file_actions=[(os.POSIX_SPAWN_OPEN, 9, '%s', os.O_RDONLY, 0)])
                open('%s', 'w')
                """.formatted(gate, told);
        int pid = host.spawn(images, "python3", "-c", script);
        try {
            assertThat(Eventually.holds(LIMIT, () -> waitsForChild(pid))).isTrue();
            for (String command : List.of("pre-dump", "dump")) {
                Path directory = Files.createDirectory(images.resolve(command));
                Execution dump =
                        host.exec(GODWIT, command, "-t", "" + pid, "-D", directory.toString(), "--timeout", "1");
                assertThat(dump.code()).as(dump.output()).isEqualTo(1);
                assertThat(dump.output()).contains("thread " + pid + " does not stop");
                assertThat(directory).isEmptyDirectory();
            }
            assertThat(told).doesNotExist();
        } finally {
            Files.writeString(gate, "");
        }

        assertThat(Eventually.holds(LIMIT, () -> Files.exists(told))).isTrue();
    }

    /** It may wait for a disk before, without a child. */
    private static boolean waitsForChild(int pid) {
        try {
            return Files.readString(host.path("/proc/" + pid + "/stat")).contains(") D ")
                    && !Files.readString(host.path("/proc/" + pid + "/task/" + pid + "/children"))
                            .isBlank();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean nothingLeft() {
        try {
            return trackers().isEmpty() && host.exec("pgrep", "-f", TRACKER).code() == 1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theKeeperEndsWithTheProcess() throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = start(victim);
            isSilent(round(1, "pre-dump", pid));
            assertThat(trackers()).hasSize(1);
            kill(pid);
            assertThat(Eventually.holds(LIMIT, PreDumpIT::nothingLeft)).isTrue();
        }
    }

    @Test
    void pagesThatADumpReplacesAreFreedInItsParents() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = start(victim);
            isSilent(round(1, "pre-dump", pid));
            long before = diskBytes(1);
            isSilent(round(2, "pre-dump", pid, "--auto-dedup"));
            isSilent(round(3, "dump", pid, "--auto-dedup"));
            assertThat(before - diskBytes(1)).isGreaterThan(pageBytes(2) / 2);
            restored(3, pid);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    private long diskBytes(int number) throws IOException {
        String size = host.exec("du", "-s", "--block-size=1", directory(number).toString())
                .succeeded()
                .output();
        return Long.parseLong(size.substring(0, size.indexOf('\t')));
    }

    @Test
    void aFailedRoundLeavesTheTreeAndTheDumpsBefore() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = start(victim);
            isSilent(round(1, "dump", pid, "--track-mem", "--leave-running"));
            Files.createDirectory(directory(2));
            Path tiny = directory(2);
            host.exec("mount", "-t", "tmpfs", "-o", "size=1m", "tiny", tiny.toString())
                    .succeeded();
            Execution failed = host.exec(
                    GODWIT,
                    "pre-dump",
                    "-t",
                    "" + pid,
                    "-D",
                    tiny.toString(),
                    "--prev-images-dir",
                    directory(1).toString());
            assertThat(failed.code()).isEqualTo(1);
            assertThat(failed.output()).contains("No space left");
            assertThat(host.exec("ls", tiny.toString()).output()).doesNotContain(".img");
            host.exec("umount", tiny.toString()).succeeded();
            Files.delete(tiny);
            warns(round(2, "dump", pid));
            restored(2, pid);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }
}
