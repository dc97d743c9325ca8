package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Debian's runc asks Godwit to checkpoint a container, which it can not yet: it says so in the log, and the container runs on. */
class RuncIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String CONFIG = """
            {"ociVersion": "1.0.2", "hostname": "still",
             "process": {"user": {"uid": 0, "gid": 0}, "args": ["/still"], "cwd": "/"},
             "root": {"path": "rootfs"},
             "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
             "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}, {"type": "ipc"}, {"type": "uts"}]}}
            """;

    private Path bundle;
    private String name;

    @BeforeEach
    void startContainer() throws IOException {
        bundle = Files.createTempDirectory("godwit-runc-");
        name = bundle.getFileName().toString();
        Path root = Files.createDirectory(bundle.resolve("rootfs"));
        Files.createDirectory(root.resolve("proc"));
        Files.copy(Checkout.file("e2e/target/rpc/still"), root.resolve("still"));
        Files.writeString(bundle.resolve("config.json"), CONFIG);
        String run = "exec runc --root " + bundle + "/state run -d -b " + bundle + " " + name;
        Execution.of(LIMIT, List.of("sh", "-c", run + " </dev/null >/dev/null 2>" + bundle + "/errors"))
                .succeeded();
    }

    @AfterEach
    void endContainer() throws IOException {
        runc("delete", "--force", name);
        Victim.deleteTree(bundle);
    }

    @Test
    void aContainerRunsOnAfterACheckpointThatWasRefused() throws IOException {
        Path work = Files.createDirectory(bundle.resolve("work"));
        Execution checkpoint =
                runc("checkpoint", "--image-path", bundle + "/images", "--work-path", work.toString(), name);

        assertThat(checkpoint.code()).as(checkpoint.output()).isEqualTo(1);
        assertThat(checkpoint.output())
                .as("EBADRQC: an option can not be followed")
                .contains("criu failed: type DUMP errno 56");
        assertThat(work.resolve("dump.log"))
                .content()
                .contains("namespaces of their own can not be moved yet", "Dumping FAILED.");
        String before = count();
        assertThat(Eventually.holds(LIMIT, () -> !count().equals(before)))
                .as("the container runs on")
                .isTrue();
    }

    private Execution runc(String... arguments) throws IOException {
        String criu = Checkout.file("deploy/criu").toString();
        List<String> command = new ArrayList<>(List.of("runc", "--root", bundle + "/state", "--criu", criu));
        command.addAll(List.of(arguments));
        return Execution.of(LIMIT, command);
    }

    private String count() {
        try {
            return Files.readString(bundle.resolve("rootfs/count"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
