package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.Images;
import io.godwit.image.proto.CoreEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Options of which docs/criu.md says that they work, each by the command line, on programs that check themselves. */
class CriuOptionsIT {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();

    @RegisterExtension
    private static final OneHost host = new OneHost(3000);

    @TempDir
    private Path images;

    private DumpCommands godwit;

    @BeforeEach
    void useTheImages() {
        godwit = new DumpCommands(host, images);
    }

    @Test
    void statisticsAreShown() throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = godwit.start(victim);
            Path first = Files.createDirectory(images.resolve("1"));
            Execution preDump =
                    godwit.run(List.of("pre-dump", "-t", "" + pid, "-D", first.toString(), "--display-stats"));
            assertThat(preDump.succeeded().output()).contains("pages_written: ");
            assertThat(godwit.dump(pid, "--display-stats").succeeded().output()).contains("frozen_time: ");
            godwit.awaitGone(pid);
            assertThat(godwit.restore("--display-stats").succeeded().output()).contains("pages_restored: ");
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aRestoreFreesTheBlocksOfItsPages() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = godwit.start(victim);
            godwit.dump(pid).succeeded();
            godwit.awaitGone(pid);
            long before = kibibytes();
            godwit.restore("--auto-dedup").succeeded();
            assertThat(kibibytes()).isLessThan(before / 10);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void theCommandBecomesAnotherThatIsTheParent() throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = godwit.start(victim);
            godwit.dump(pid).succeeded();
            godwit.awaitGone(pid);
            String script = "echo parent $$; grep PPid /proc/%d/status".formatted(pid);
            List<String> told = godwit.run(
                            List.of("restore", "-D", images.toString(), "--exec-cmd", "--", "sh", "-c", script))
                    .succeeded()
                    .output()
                    .lines()
                    .map(line -> line.replaceAll("\\D", ""))
                    .toList();
            assertThat(told).hasSize(2);
            assertThat(told.get(0)).isEqualTo(told.get(1));
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void theRootIsASiblingOfTheCommand() throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = godwit.start(victim);
            godwit.dump(pid).succeeded();
            godwit.awaitGone(pid);
            assertThat(godwit.run(List.of("restore", "-S", "-D", images.toString()))
                            .output())
                    .contains("give -d too");
            String script =
                    "echo $$; %s restore -d -S -D %s && grep PPid /proc/%d/status".formatted(GODWIT, images, pid);
            List<String> told =
                    host.exec("sh", "-c", script).succeeded().output().lines().toList();
            assertThat(told.get(1)).isEqualTo("PPid:\t" + told.get(0));
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aRestoredTreeCanBeLeftStopped() throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = godwit.start(victim);
            godwit.dump(pid).succeeded();
            godwit.awaitGone(pid);
            godwit.restore("--leave-stopped").succeeded();
            assertThat(Files.readString(host.path("/proc/" + pid + "/status"))).contains("State:\tT");
            host.exec("kill", "-CONT", "" + pid).succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void deletedFilesAreCarriedUpToTheGhostLimit() throws IOException {
        try (Victim victim = Victim.of("deleted")) {
            int pid = godwit.start(victim);
            assertThat(godwit.dump(pid, "--ghost-limit", "4K").output()).contains("the limit is 4096 bytes");
            godwit.dump(pid, "--ghost-limit", "64K").succeeded();
            godwit.awaitGone(pid);
            godwit.restore().succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aFileThatLostItsNameIsLinkedAnew() throws IOException {
        try (Victim victim = Victim.of("unlinked")) {
            int pid = godwit.start(victim);
            assertThat(godwit.dump(pid).output()).contains("a dump has --link-remap");
            godwit.dump(pid, "--link-remap").succeeded();
            godwit.awaitGone(pid);
            godwit.restore().succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void fileLocksAreHeldAgain() throws IOException {
        try (Victim victim = Victim.of("locks")) {
            int pid = godwit.start(victim);
            assertThat(godwit.dump(pid).output()).contains("--file-locks");
            godwit.dump(pid, "-l").succeeded();
            godwit.awaitGone(pid);
            assertThat(godwit.restore().output()).contains("give --file-locks to take them again");
            godwit.restore("-l").succeeded();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void aSecurityLabelOfAnotherHostIsNotLostWithoutAWord() throws IOException {
        try (Victim victim = Victim.of("counter")) {
            int pid = godwit.start(victim);
            godwit.dump(pid).succeeded();
            godwit.awaitGone(pid);
            Path file = images.resolve(ImageKind.CORE.fileName(pid));
            CoreEntry.Builder core =
                    ImageReader.allOf(Images.in(images), ImageKind.CORE, pid, CoreEntry.parser()).get(0).toBuilder();
            core.getThreadCoreBuilder().getCredsBuilder().setLsmProfile("mysqld");
            Files.write(file, ImageEncoder.encode(ImageKind.CORE, List.of(core.build())));

            assertThat(godwit.restore().output())
                    .contains("pid " + pid + " (counter) had the security label 'mysqld'", "--lsm-profile none");
            assertThat(godwit.restore("--lsm-profile", "apparmor:mysqld").output())
                    .contains("has the label of this command");
            assertThat(godwit.restore("--lsm-profile", "none:", "-v2")
                            .succeeded()
                            .output())
                    .contains("had the security label 'mysqld'");
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void permissionsAreComparedUnlessThatIsSkipped() throws IOException {
        try (Victim victim = Victim.of("files")) {
            int pid = godwit.start(victim);
            godwit.dump(pid, "--file-validation", "filesize").succeeded();
            godwit.awaitGone(pid);
            Files.setPosixFilePermissions(
                    victim.directory().resolve("append"), PosixFilePermissions.fromString("rw-rw-rw-"));
            assertThat(godwit.restore("--file-validation", "filesize").output())
                    .contains("append has the permissions 666", "--skip-file-rwx-check");
            godwit.restore("--skip-file-rwx-check").succeeded();
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

    private long kibibytes() throws IOException {
        String size = host.exec("du", "-sk", images.toString()).succeeded().output();
        return Long.parseLong(size.substring(0, size.indexOf('\t')));
    }
}
