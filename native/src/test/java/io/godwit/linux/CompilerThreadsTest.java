package io.godwit.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CompilerThreadsTest {
    @TempDir
    private Path directory;

    private Path stat(String name, char state) throws Exception {
        return Files.writeString(directory.resolve(name), "7 (C1 Compiler) R) " + state + " 1 1 1");
    }

    @Test
    void awaitsThatAllOfThemSleep() throws Exception {
        CompilerThreads threads = new CompilerThreads(List.of(stat("a", 'S'), stat("b", 'R')));
        CompletableFuture<Boolean> idle =
                CompletableFuture.supplyAsync(() -> threads.awaitIdle(Duration.ofSeconds(50)));
        stat("b", 'S');
        assertThat(idle.get(50, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void doesNotWaitForEver() throws Exception {
        CompilerThreads threads = new CompilerThreads(List.of(stat("a", 'S'), stat("b", 'R')));
        assertThat(threads.awaitIdle(Duration.ofMillis(200))).isFalse();
    }

    @Test
    void aJavaThatCompilesHasSome() {
        assertThat(CompilerThreads.ofThisProcess().stats()).isNotEmpty();
    }

    @Test
    void aThreadThatHasEndedIsNotAwaited() throws Exception {
        CompilerThreads threads = new CompilerThreads(List.of(stat("a", 'S'), directory.resolve("gone")));
        assertThat(threads.awaitIdle(Duration.ofSeconds(50))).isTrue();
    }
}
