package io.godwit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tree goes on at host-b while its memory is still at host-a. */
class LazyDumpIT {
    private static final String GODWIT = Checkout.file("deploy/godwit").toString();
    private static final String ADDRESS_A = "10.77.0.1";
    private static final String ADDRESS_B = "10.77.0.2";
    private static final String PORT = "9873";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static NamespaceHost source;
    private static NamespaceHost target;

    @TempDir
    private Path images;

    @TempDir
    private Path logs;

    private final List<Background> started = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        source = NamespaceHost.start("host-a", 1000);
        target = NamespaceHost.start("host-b", 20000);
        NamespaceHost.join(source, ADDRESS_A, target, ADDRESS_B);
    }

    @AfterAll
    static void stop() throws IOException {
        source.close();
        target.close();
    }

    @AfterEach
    void endAll() {
        started.forEach(Background::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "faults", "threads", "prefork", "forks", "shared"})
    void aVictimGoesOnWhereItsMemoryIsNot(String name) throws IOException {
        try (Victim victim = Victim.of(name)) {
            int pid = spawn(victim);
            Background dump = dump(pid);
            Background filler = fill();
            restore().succeeded();

            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(filler.code()).as(filler.says()).isZero();
            assertThat(dump.code()).as(dump.says()).isZero();
            assertThat(Eventually.holds(LIMIT, () -> !source.runs(pid)))
                    .as("%d is gone from host-a", pid)
                    .isTrue();
        }
    }

    @Test
    void theTreeRunsOnAtTheSourceWhenTheOtherSideIsKilled() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = spawn(victim);
            Background dump = dump(pid);
            Background filler = fill();
            filler.killJvm();

            assertThat(dump.code()).isEqualTo(1);
            assertThat(dump.says()).contains("so the tree runs on here");
            assertThat(images.resolve("inventory.img")).doesNotExist();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    /** By then the tree is made there, and its memory is left to be fetched. */
    @Test
    void theTreeRunsOnAtTheSourceWhenTheRestoreFails() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = spawn(victim);
            Background dump = dump(pid);
            Background filler = fill();
            Path script = Files.writeString(
                    logs.resolve("refuse.sh"), "#!/bin/sh\n[ \"$CRTOOLS_SCRIPT_ACTION\" != post-restore ]\n");
            assertThat(script.toFile().setExecutable(true)).isTrue();
            Execution restore = target.exec(
                    GODWIT,
                    "restore",
                    "-d",
                    "--lazy-pages",
                    "-D",
                    images.toString(),
                    "-W",
                    logs.toString(),
                    "--action-script",
                    script.toString());

            assertThat(restore.code()).as(restore.output()).isEqualTo(1);
            assertThat(filler.code()).as(filler.says()).isEqualTo(1);
            assertThat(filler.says()).contains("the restore went away before the tree was restored");
            assertThat(target.lives(pid)).isFalse();
            assertThat(dump.code()).isEqualTo(1);
            assertThat(dump.says()).contains("so the tree runs on here");
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void whatIsInASnapshotBeforeCanBeFetchedToo() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = spawn(victim);
            Path before = Files.createDirectory(images.resolve("before"));
            source.exec(GODWIT, "pre-dump", "-t", "" + pid, "-D", before.toString())
                    .succeeded();
            Background dump = dump(pid, "--prev-images-dir", "before");
            Background filler = fill();
            restore().succeeded();

            assertThat(victim.verdict()).isEqualTo("pass");
            assertThat(filler.code()).as(filler.says()).isZero();
            assertThat(dump.code()).as(dump.says()).isZero();
        }
    }

    /** Who is no restore must not end the tree. */
    @Test
    void theTreeRunsOnWhenNothingWasFetched() throws IOException {
        try (Victim victim = Victim.of("brk")) {
            int pid = spawn(victim);
            Background dump = dump(pid);
            Execution closed = target.exec("python3", PageSpeaker.SCRIPT, "close", ADDRESS_A, PORT, "32");

            assertThat(closed.output()).isEqualTo("closed\n");
            assertThat(dump.code()).isEqualTo(1);
            assertThat(dump.says()).contains("no page was fetched before CLOSE");
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @Test
    void theTreeRunsOnWhenPagesAreAskedForThatItHasNot() throws IOException {
        try (Victim victim = Victim.of("brk")) {
            int pid = spawn(victim);
            Background dump = dump(pid);
            Execution asked =
                    target.exec("python3", PageSpeaker.SCRIPT, "ask", "" + pid, "0x1000", ADDRESS_A, PORT, "32");

            assertThat(asked.output()).isEqualTo("closed\n");
            assertThat(dump.code()).isEqualTo(1);
            assertThat(dump.says()).contains("the dump left no page at 0x1000 of pid " + pid);
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    /** What another program of the protocol fetches is restored from as ever. */
    @ParameterizedTest
    @ValueSource(strings = {"24", "32"})
    void anotherProgramCanFetchTheMemory(String header) throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = spawn(victim);
            Background dump = dump(pid);
            target.exec("python3", PageSpeaker.SCRIPT, "fetch", images.toString(), ADDRESS_A, PORT, header)
                    .succeeded();
            assertThat(dump.code()).as(dump.says()).isZero();

            source.exec(GODWIT, "restore", "-d", "-D", images.toString()).succeeded();

            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 32})
    void memoryCanBeFetchedFromAnotherProgram(int header) throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = spawn(victim);
            source.exec(GODWIT, "dump", "-t", "" + pid, "-D", images.toString()).succeeded();
            try (PageSpeaker speaker = PageSpeaker.lend(target, images, header)) {
                Background filler = fill("127.0.0.1", speaker.port());
                restore().succeeded();

                assertThat(victim.verdict()).isEqualTo("pass");
                assertThat(filler.code()).as(filler.says()).isZero();
                assertThat(speaker.complaint()).isEmpty();
            }
        }
    }

    /** Both would be lost if it were ended: the source may have taken the end of the session for good. */
    @Test
    void theTreeRunsOnWhenTheEndOfTheSessionIsNotAnswered() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = spawn(victim);
            source.exec(GODWIT, "dump", "-t", "" + pid, "-D", images.toString()).succeeded();
            try (PageSpeaker speaker = PageSpeaker.lendMute(target, images)) {
                Background filler = fill("127.0.0.1", speaker.port());
                restore().succeeded();

                assertThat(filler.code()).isEqualTo(1);
                assertThat(filler.says()).contains("all memory is there and the tree runs");
                assertThat(victim.verdict()).isEqualTo("pass");
            }
        }
    }

    @Test
    void imagesWithoutTheMemoryAreNotRestoredFromWithoutIt() throws IOException {
        try (Victim victim = Victim.of("brk")) {
            int pid = spawn(victim);
            dump(pid);

            Execution restore = target.exec(GODWIT, "restore", "-d", "-D", images.toString());
            assertThat(restore.code()).isEqualTo(1);
            assertThat(restore.output()).contains("stayed with the process that was dumped");
            Execution filler = target.exec(GODWIT, "lazy-pages", "-D", images.toString());
            assertThat(filler.code()).isEqualTo(1);
            assertThat(filler.output()).contains("give --page-server with --address and --port");
            assertThat(target.lives(pid)).isFalse();
        }
    }

    @Test
    void aTreeThatIsLeftRunningRunsOnWhenItsMemoryIsServed() throws IOException {
        try (Victim victim = Victim.of("memory")) {
            int pid = spawn(victim);
            Background dump = dump(pid, "--leave-running");
            target.exec("python3", PageSpeaker.SCRIPT, "fetch", images.toString(), ADDRESS_A, PORT, "32")
                    .succeeded();

            assertThat(dump.code()).as(dump.says()).isZero();
            assertThat(victim.verdict()).isEqualTo("pass");
        }
    }

    private static int spawn(Victim victim) throws IOException {
        int pid = source.spawn(victim.directory(), victim.command());
        victim.awaitReady();
        return pid;
    }

    /** Returns when the memory is served. */
    private Background dump(int pid, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(GODWIT, "dump", "-t", "" + pid, "-D", images.toString()));
        command.addAll(List.of("--lazy-pages", "--address", ADDRESS_A, "--port", PORT, "-v4", "-o", "-"));
        command.addAll(List.of(options));
        return start(source, "dump", "stage status-ready", command);
    }

    private Background fill() throws IOException {
        return fill(ADDRESS_A, PORT);
    }

    private Background fill(String address, String port) throws IOException {
        List<String> command = new ArrayList<>(List.of(GODWIT, "lazy-pages", "-D", images.toString(), "-W"));
        command.addAll(List.of(logs.toString(), "-v4", "-o", "-"));
        command.addAll(List.of("--page-server", "--address", address, "--port", port));
        return start(target, "filler", "Waiting for a restore", command);
    }

    private Execution restore() throws IOException {
        return target.exec(GODWIT, "restore", "-d", "--lazy-pages", "-D", images.toString(), "-W", logs.toString());
    }

    private Background start(NamespaceHost host, String name, String ready, List<String> command) throws IOException {
        Background background = Background.start(host::start, logs.resolve(name), ready, command);
        started.add(background);
        return background;
    }
}
