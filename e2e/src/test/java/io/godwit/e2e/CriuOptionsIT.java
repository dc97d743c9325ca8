package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Options of which docs/criu.md says that they work, each by the command line, on programs that check themselves. */
class CriuOptionsIT {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static NamespaceHost host;

    @TempDir
    private Path images;

    @BeforeAll
    static void startHost() throws IOException {
        host = NamespaceHost.start("host-a", 3000);
    }

    @AfterAll
    static void stopHost() throws IOException {
        host.close();
    }

    @Test
    void statisticsAreShown() throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = start(victim);
            Path first = Files.createDirectory(images.resolve("1"));
            Execution preDump = run("pre-dump", "-t", "" + pid, "-D", first.toString(), "--display-stats");
            assertThat(preDump.succeeded().output()).contains("pages_written: ");
            assertThat(dump(pid, "--display-stats").succeeded().output()).contains("frozen_time: ");
            awaitGone(pid);
            assertThat(restore("-d", "--display-stats").succeeded().output()).contains("pages_restored: ");
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aRestoreFreesTheBlocksOfItsPages() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = start(victim);
            dump(pid).succeeded();
            awaitGone(pid);
            long before = kibibytes();
            restore("-d", "--auto-dedup").succeeded();
            assertThat(kibibytes()).isLessThan(before / 10);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void theCommandBecomesAnotherThatIsTheParent() throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = start(victim);
            dump(pid).succeeded();
            awaitGone(pid);
            String script =
                    "echo parent $$; grep PPid /proc/%d/status; touch %s/go; wait".formatted(pid, victim.directory());
            List<String> told = restore("--exec-cmd", "--", "sh", "-c", script)
                    .succeeded()
                    .output()
                    .lines()
                    .map(line -> line.replaceAll("\\D", ""))
                    .toList();
            assertThat(told).hasSize(2);
            assertThat(told.get(0)).isEqualTo(told.get(1));
            assertThat(Eventually.holds(
                            LIMIT, () -> Files.exists(victim.directory().resolve("result"))))
                    .isTrue();
            assertThat(victim.directory().resolve("result")).hasContent("pass");
        }
    }

    @Test
    void theRootIsASiblingOfTheCommand() throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = start(victim);
            dump(pid).succeeded();
            awaitGone(pid);
            assertThat(restore("--restore-sibling").output()).contains("give -d too");
            String script = "echo $$; %s restore -d -S -D %s && grep PPid /proc/%d/status; touch %s/go; wait"
                    .formatted(GODWIT, images, pid, victim.directory());
            List<String> told =
                    host.exec("sh", "-c", script).succeeded().output().lines().toList();
            assertThat(told.get(1)).isEqualTo("PPid:\t" + told.get(0));
            assertThat(victim.directory().resolve("result")).hasContent("pass");
        }
    }

    @Test
    void aRestoredTreeCanBeLeftStopped() throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = start(victim);
            dump(pid).succeeded();
            awaitGone(pid);
            restore("-d", "--leave-stopped").succeeded();
            assertThat(Files.readString(host.path("/proc/" + pid + "/status"))).contains("State:\tT");
            host.exec("kill", "-CONT", "" + pid).succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void deletedFilesAreCarriedUpToTheGhostLimit() throws IOException {
        try (Victim victim = Victim.of("deleted")) {
            int pid = start(victim);
            assertThat(dump(pid, "--ghost-limit", "4K").output()).contains("the limit is 4096 bytes");
            dump(pid, "--ghost-limit", "64K").succeeded();
            awaitGone(pid);
            restore("-d").succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aFileThatLostItsNameIsLinkedAnew() throws IOException {
        try (Victim victim = Victim.of("unlinked")) {
            int pid = start(victim);
            assertThat(dump(pid).output()).contains("a dump has --link-remap");
            dump(pid, "--link-remap").succeeded();
            awaitGone(pid);
            restore("-d").succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void fileLocksAreHeldAgain() throws IOException {
        try (Victim victim = Victim.of("locks")) {
            int pid = start(victim);
            assertThat(dump(pid).output()).contains("--file-locks");
            dump(pid, "-l").succeeded();
            awaitGone(pid);
            assertThat(restore("-d").output()).contains("give --file-locks to take them again");
            restore("-d", "-l").succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void permissionsAreComparedUnlessThatIsSkipped() throws IOException {
        try (Victim victim = Victim.of("files")) {
            int pid = start(victim);
            dump(pid, "--file-validation", "filesize").succeeded();
            awaitGone(pid);
            Files.setPosixFilePermissions(
                    victim.directory().resolve("append"), PosixFilePermissions.fromString("rw-rw-rw-"));
            assertThat(restore("-d", "--file-validation", "filesize").output())
                    .contains("append has the permissions 666", "--skip-file-rwx-check");
            restore("-d", "--skip-file-rwx-check").succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aServerWritesOneZeroByteWhenItListens() throws IOException {
        Path status = images.resolve("status");
        host.exec(
                        "bash",
                        "-c",
                        "exec 7>" + status + "; exec \"$@\"",
                        "bash",
                        GODWIT,
                        "service",
                        "-d",
                        "-W",
                        images.toString(),
                        "--pidfile",
                        "service.pid",
                        "--status-fd",
                        "7")
                .succeeded();
        host.exec("kill", Files.readString(images.resolve("service.pid"))).succeeded();
        assertThat(status).hasBinaryContent(new byte[1]);
    }

    private static int start(Victim victim) throws IOException {
        int pid = host.spawn(victim.directory(), victim.command());
        victim.awaitReady();
        return pid;
    }

    private Execution dump(int pid, String... options) throws IOException {
        return run(List.of(GODWIT, "dump", "-t", "" + pid, "-D", images.toString()), options);
    }

    private Execution restore(String... options) throws IOException {
        return run(List.of(GODWIT, "restore", "-D", images.toString()), options);
    }

    private static Execution run(String... arguments) throws IOException {
        return run(List.of(GODWIT), arguments);
    }

    private static Execution run(List<String> command, String... options) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(options));
        return host.exec(all.toArray(String[]::new));
    }

    private long kibibytes() throws IOException {
        String size = host.exec("du", "-sk", images.toString()).succeeded().output();
        return Long.parseLong(size.substring(0, size.indexOf('\t')));
    }

    private static void awaitGone(int pid) {
        assertThat(Eventually.holds(LIMIT, () -> !host.runs(pid))).isTrue();
    }
}
