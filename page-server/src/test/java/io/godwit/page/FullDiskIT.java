package io.godwit.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.pages.PagemapId;
import io.godwit.page.client.TargetException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A target whose images lie on a file system of 1 MiB. */
@Timeout(60)
class FullDiskIT {
    @TempDir
    private Path directory;

    @BeforeEach
    void mount() throws Exception {
        run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", directory.toString());
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(String.join(" ", command)).isZero();
    }

    private static ByteBuffer random(int bytes) {
        byte[] content = new byte[bytes];
        new Random(1).nextBytes(content);
        return ByteBuffer.allocateDirect(bytes).put(content).flip();
    }

    @Test
    void pagesThatFindNoRoomEndTheMigrationInTheTargetsWordsAndTheRoomIsFreedForTheNext() throws Exception {
        try (StoringTarget target = new StoringTarget(directory)) {
            try (var connection = target.connect("m1");
                    var round = connection.round(0)) {
                var pages = round.pages(new PagemapId(PagemapId.Kind.TASK, 42));
                assertThatThrownBy(() -> {
                            pages.data(0, random(4 << 20));
                            round.finish();
                        })
                        .isInstanceOf(TargetException.class)
                        .hasMessageContaining("No space left on device")
                        .hasMessageContaining(directory.resolve("m1").toString())
                        .hasMessageContaining("make room there");
            }
            assertThat(target.awaitAbort()).contains("No space left on device");
            target.requireUnharmed();
        }
    }

    @Test
    void anImageThatFindsNoRoomEndsTheMigrationInTheTargetsWords() throws Exception {
        try (StoringTarget target = new StoringTarget(directory)) {
            try (var connection = target.connect("m1");
                    var round = connection.round(0)) {
                assertThatThrownBy(() -> {
                            round.image("ghost-file-1.img", new byte[2 << 20]);
                            round.finish();
                        })
                        .hasMessageContaining("No space left on device")
                        .hasMessageContaining("make room there");
            }
            target.requireUnharmed();
        }
    }
}
