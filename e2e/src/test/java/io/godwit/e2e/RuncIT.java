package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Debian's runc has Godwit checkpoint and restore a container. */
class RuncIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String CONFIG = """
            {"ociVersion": "1.0.2", "hostname": "still",
             "process": {"user": {"uid": 0, "gid": 0}, "args": ["/still"], "cwd": "/"},
             "root": {"path": "rootfs"},
             "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
             "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}, {"type": "ipc"}, {"type": "uts"}, {"type": "network"}]}}
            """;

    private Path bundle;
    private String name;

    @BeforeEach
    void startContainer() throws IOException {
        bundle = Files.createTempDirectory("godwit-runc-");
        name = bundle.getFileName().toString();
        Path root = Files.createDirectory(bundle.resolve("rootfs"));
        Files.createDirectory(bundle.resolve("work"));
        Files.createDirectory(root.resolve("proc"));
        Files.copy(Checkout.file("e2e/target/rpc/still"), root.resolve("still"));
        Files.writeString(bundle.resolve("config.json"), CONFIG);
        String run = "exec runc --root " + bundle + "/state run -d -b " + bundle + " " + name;
        Execution.of(LIMIT, List.of("sh", "-c", run + " </dev/null >/dev/null 2>&1"))
                .succeeded();
    }

    @AfterEach
    void endContainer() throws IOException {
        runc("delete", "--force", name);
        Victim.deleteTree(bundle);
    }

    @Test
    void aContainerCountsOnAfterItsRestore() throws IOException {
        runc("checkpoint", "--image-path", bundle + "/images", "--work-path", bundle + "/work", name)
                .succeeded();
        long before = count();
        restore("images");

        assertThat(counts()).isTrue();
        assertThat(count()).as("it went on where it was").isBetween(before, before + 10_000);
        assertThat(runc("state", name).output()).contains("\"status\": \"running\"");
    }

    @Test
    void aContainerRunsOnAfterACheckpointThatLeavesItRunning() throws IOException {
        runc("checkpoint", "--leave-running", "--image-path", bundle + "/images", "--work-path", bundle + "/work", name)
                .succeeded();

        assertThat(counts()).isTrue();
        assertThat(runc("state", name).output()).contains("\"status\": \"running\"");
    }

    @Test
    void aContainerIsRestoredFromTheLastOfAChain() throws IOException {
        checkpoint("1", "--pre-dump").succeeded();
        checkpoint("2", "--leave-running", "--parent-path", "../1").succeeded();
        checkpoint("3", "--pre-dump", "--parent-path", "../2").succeeded();
        assertThat(counts()).isTrue();
        checkpoint("4", "--auto-dedup", "--parent-path", "../3").succeeded();
        assertThat(bundle.resolve("images/4/parent")).isSymbolicLink();
        long before = count();
        restore("images/4");

        assertThat(counts()).isTrue();
        assertThat(count()).as("it went on where it was").isBetween(before, before + 10_000);
    }

    private Execution checkpoint(String images, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("checkpoint"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--image-path", bundle + "/images/" + images, "--work-path", bundle + "/work", name));
        return runc(arguments.toArray(String[]::new));
    }

    @Test
    void aContainerRunsOnAfterACheckpointThatWasRefused() throws IOException {
        Execution.of(LIMIT, List.of("nsenter", "-t", "" + pid(), "-i", "ipcmk", "-Q"))
                .succeeded();
        Execution checkpoint =
                runc("checkpoint", "--image-path", bundle + "/images", "--work-path", bundle + "/work", name);

        assertThat(checkpoint.code()).as(checkpoint.output()).isEqualTo(1);
        assertThat(bundle.resolve("work/dump.log"))
                .content()
                .contains("it holds 1 message queues of System V", "Dumping FAILED.");
        assertThat(counts()).isTrue();
    }

    private void restore(String images) throws IOException {
        String command = "exec runc --root " + bundle + "/state --criu " + Checkout.file("deploy/criu")
                + " restore -d --image-path " + bundle + "/" + images + " --work-path " + bundle + "/work -b " + bundle
                + " "
                + name;
        Execution restore = Execution.of(LIMIT, List.of("sh", "-c", command + " </dev/null >/dev/null 2>&1"));
        assertThat(restore.code()).as(() -> log("restore.log")).isZero();
    }

    private String log(String file) {
        try {
            return Files.readString(bundle.resolve("work").resolve(file));
        } catch (IOException e) {
            return file + " was not written";
        }
    }

    private int pid() throws IOException {
        Matcher pid =
                Pattern.compile("\"pid\": (\\d+)").matcher(runc("state", name).output());
        assertThat(pid.find()).isTrue();
        return Integer.parseInt(pid.group(1));
    }

    private boolean counts() {
        long before = count();
        return Eventually.holds(LIMIT, () -> count() > before);
    }

    private Execution runc(String... arguments) throws IOException {
        String criu = Checkout.file("deploy/criu").toString();
        List<String> command = new ArrayList<>(List.of("runc", "--root", bundle + "/state", "--criu", criu));
        command.addAll(List.of(arguments));
        return Execution.of(LIMIT, command);
    }

    private long count() {
        try {
            return Long.parseLong(
                    Files.readString(bundle.resolve("rootfs/count")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
