package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A damaged image is named, and no process comes out of it; what was dumped is not harmed by that. */
class BadImageIT {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MAGIC_BYTES = 8;

    @TempDir
    private static Path images;

    private static NamespaceHost host;
    private static Victim victim;
    private static int pid;

    @TempDir
    private Path damaged;

    /** Dumped while it runs on, and ended only then. */
    @BeforeAll
    static void dumpVictim() throws IOException {
        host = NamespaceHost.start("host-a", 1000);
        victim = Victim.of("process");
        pid = host.spawn(victim.directory(), victim.command());
        victim.awaitReady();
        host.exec(GODWIT, "dump", "-t", "" + pid, "-D", images.toString(), "--leave-running")
                .succeeded();
        assertThat(host.runs(pid)).isTrue();
        host.exec("kill", "-KILL", "--", "-" + pid).succeeded();
        assertThat(Eventually.holds(LIMIT, () -> !host.runs(pid))).isTrue();
    }

    @AfterAll
    static void stop() throws IOException {
        host.close();
        victim.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"inventory", "pstree", "core-PID", "mm-PID", "files", "pagemap-PID", "pages-1"})
    void aFileThatEndsTooEarly(String name) throws IOException {
        Path file = copy(name);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1);
        }

        assertRefused(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inventory", "pstree", "core-PID", "mm-PID", "files", "pagemap-PID"})
    void aFileOfAnotherKind(String name) throws IOException {
        Path file = copy(name);
        overwrite(file, 0, new byte[MAGIC_BYTES]);

        assertRefused(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inventory", "pstree", "core-PID", "mm-PID", "files", "pagemap-PID"})
    void aFileWithAnEntryThatIsNone(String name) throws IOException {
        Path file = copy(name);
        // After the magics and the length of the entry: a tag that no message can have.
        overwrite(file, MAGIC_BYTES + Integer.BYTES, new byte[] {7, (byte) 0xff, (byte) 0xff});

        assertRefused(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inventory", "pstree", "core-PID", "mm-PID", "files", "pagemap-PID", "pages-1"})
    void aFileThatIsMissing(String name) throws IOException {
        Path file = copy(name);
        Files.delete(file);

        assertRefused(file);
    }

    /** The judge of all others: they must not fail for some other reason. */
    @Test
    void theSameImagesUndamaged() throws IOException {
        copy("inventory");

        host.exec(GODWIT, "restore", "-d", "-D", damaged.toString()).succeeded();

        assertThat(victim.verdict()).isEqualTo("pass");
        assertThat(Eventually.holds(LIMIT, () -> !host.runs(pid))).isTrue();
    }

    /** Copies all images; returns the one with this name. */
    private Path copy(String name) throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            for (Path file : files.toList()) {
                Files.copy(file, damaged.resolve(file.getFileName()));
            }
        }
        return damaged.resolve(name.replace("PID", "" + pid) + ".img");
    }

    private static void overwrite(Path file, long offset, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThat(channel.size()).as("the size of %s", file).isGreaterThan(offset + bytes.length);
            channel.write(ByteBuffer.wrap(bytes), offset);
        }
    }

    private void assertRefused(Path file) throws IOException {
        Execution run = host.exec(GODWIT, "restore", "-d", "-D", damaged.toString());

        assertThat(run.code()).as(run.output()).isEqualTo(1);
        assertThat(run.output())
                .contains(file.getFileName().toString())
                .doesNotContain("\tat ")
                .doesNotContain("Exception");
        assertThat(host.lives(pid)).as("pid %d runs", pid).isFalse();
    }
}
