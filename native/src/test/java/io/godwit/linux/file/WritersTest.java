package io.godwit.linux.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.machine.MachineImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WritersTest {
    private static final int THREADS = 4;
    private static final int PROGRAMS = 60;

    @TempDir
    Path directory;

    @Test
    void isOverWhenTheLastHasClosed() throws Exception {
        Path file = directory.resolve("file");
        CompletableFuture<Boolean> none;
        try (OutputStream out = Files.newOutputStream(file)) {
            assertThat(Writers.awaitNone(file, Duration.ZERO)).isFalse();
            none = CompletableFuture.supplyAsync(() -> awaitNone(file));
            out.write(1);
        }
        assertThat(none.join()).isTrue();
    }

    private static boolean awaitNone(Path file) {
        try {
            return Writers.awaitNone(file, Duration.ofSeconds(30));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Their threads write and execute at once; each child has for a moment what the others write. */
    @Test
    void programsThatAreWrittenBesideOthersCanBeExecuted() {
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(CompletableFuture.runAsync(this::execute, command -> new Thread(command).start()));
        }
        threads.forEach(CompletableFuture::join);
    }

    private void execute() {
        try {
            for (int i = 0; i < PROGRAMS; i++) {
                Path seed = MachineImage.extractSeed(directory);
                assertThat(new ProcessBuilder(seed.toString()).start().waitFor())
                        .isEqualTo(2);
                Files.delete(seed);
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
