package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's libcriu asks for chains of dumps. */
class PreDumpRpcIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static NamespaceHost host;

    @TempDir
    private Path images;

    @BeforeAll
    static void start() throws IOException {
        host = NamespaceHost.start("host-a", 4000);
    }

    @AfterAll
    static void stop() throws IOException {
        host.close();
    }

    private static int start(Victim victim) throws IOException {
        int pid = host.spawn(victim.directory(), victim.command());
        victim.awaitReady();
        return pid;
    }

    private void restored(Victim victim, int pid, Path directory) throws IOException {
        assertThat(Eventually.holds(LIMIT, () -> !host.runs(pid))).isTrue();
        host.exec(Checkout.file("deploy/godwit").toString(), "restore", "-d", "-D", directory.toString())
                .succeeded();
        assertThat(victim.verdict()).isEqualTo("pass");
    }

    private static long pageBytes(Path directory) throws IOException {
        return Files.size(directory.resolve("pages-1.img"));
    }

    @Test
    void aSeriesOnOneConnectionEndsInADump() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = start(victim);
            assertThat(Libcriu.startingWorkers(host)
                            .ask("iters", pid, images, 1)
                            .succeeded()
                            .output())
                    .contains("round 2");
            Path last = images.resolve("3");
            assertThat(pageBytes(last)).isLessThan(pageBytes(images.resolve("1")) / 4);
            restored(victim, pid, last);
        }
    }

    @Test
    void oneRoundAndADumpOnAnotherConnection() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = start(victim);
            Path first = Files.createDirectory(images.resolve("1"));
            Path second = Files.createDirectory(images.resolve("2"));
            Libcriu client = Libcriu.startingWorkers(host);
            client.ask("pre-dump", pid, first).succeeded();
            client.ask("dump", pid, second, "parent=../1").succeeded();
            assertThat(pageBytes(second)).isLessThan(pageBytes(first) / 4);
            restored(victim, pid, second);
        }
    }
}
