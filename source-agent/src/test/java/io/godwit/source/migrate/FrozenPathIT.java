package io.godwit.source.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.page.client.TargetConnection;
import io.godwit.source.cgroup.TreeCgroups;
import io.godwit.source.dump.PageDumper;
import io.godwit.source.journal.Journal;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.journal.JournalEntry;
import io.godwit.source.options.FileOptions;
import io.godwit.source.preflight.Survey;
import io.godwit.source.track.Tracking;
import io.godwit.source.track.TreeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever fails in the freeze, the tree runs on with its connections. */
@Timeout(60)
class FrozenPathIT {
    private static final long LIMIT_NANOS = 20_000_000_000L;
    private static final FileOptions FILES = FileOptions.ofMigration()
            .withConnections(new FileOptions.Connections(false, false).withEstablished(true, true));

    /** Speaks with itself by a connection, and counts what came. */
    private static final String SCRIPT = """
            import ctypes, os, socket, struct, threading, time
            def sandboxed():
                rule = ctypes.create_string_buffer(struct.pack('HBBI', 6, 0, 0, 0x7fff0000))
                filter = ctypes.create_string_buffer(struct.pack('HxxxxxxQ', 1, ctypes.addressof(rule)))
                c = ctypes.CDLL(None)
                assert c.prctl(38, 1, 0, 0, 0) == 0 and c.prctl(22, 2, filter, 0, 0) == 0
                os.rename('sandbox', 'sandboxed')
                time.sleep(999)
            l = socket.create_server(('127.0.0.1', 0))
            a = socket.create_connection(l.getsockname())
            b = l.accept()[0]
            n = 0
            while True:
                n += 1
                a.sendall(b'%8d' % n)
                assert b.recv(8, socket.MSG_WAITALL) == b'%8d' % n
                if os.path.exists('leave'):
                    assert ctypes.CDLL(None).unshare(0x4000000) == 0
                    os.rename('leave', 'left')
                if os.path.exists('sandbox') and threading.active_count() == 1:
                    threading.Thread(target=sandboxed, daemon=True).start()
                with open('new', 'w') as f:
                    f.write(str(n))
                os.rename('new', 'count')
                time.sleep(0.01)
            """;

    @TempDir
    private Path directory;

    private int pid;

    @BeforeEach
    void start() throws IOException {
        String inBackground = "setsid /usr/bin/python3 -c \"$0\" </dev/null >log 2>&1 & echo $!";
        Process shell = new ProcessBuilder("/bin/sh", "-c", inBackground, SCRIPT)
                .directory(directory.toFile())
                .start();
        pid = Integer.parseInt(shell.inputReader().readLine());
        awaitMore();
    }

    @AfterEach
    void stop() {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    static List<Throwable> failures() {
        return List.of(
                new IOException("the link is down"),
                new IllegalStateException("a defect"),
                new OutOfMemoryError("Cannot reserve 65536 bytes of direct buffer memory"));
    }

    /** By then the connections are locked and read. */
    @ParameterizedTest
    @MethodSource("failures")
    void aTargetThatFailsInTheFreeze(Throwable failure) throws Exception {
        assertThatThrownBy(() -> freeze(failure, () -> {})).isSameAs(failure);

        assertRunsOnWithItsConnection();
    }

    @Test
    void aProcessThatEntersAnotherNamespaceAfterTheLastLookAtIt() throws Exception {
        assertThatThrownBy(() -> freeze(new IOException("not reached"), this::leave))
                .hasMessageContaining("process " + pid + ": it is in another uts namespace");

        assertRunsOnWithItsConnection();
    }

    /** Each thread has filters of its own, and the leader's status does not tell of them. */
    @Test
    void aThreadThatIsSandboxed() throws Exception {
        assertThatThrownBy(() -> freeze(new IOException("not reached"), this::sandbox))
                .hasMessageContaining("of process " + pid + ": it runs under a seccomp filter");

        assertRunsOnWithItsConnection();
    }

    private void sandbox() throws IOException {
        Files.createFile(directory.resolve("sandbox"));
        await(() -> Files.exists(directory.resolve("sandboxed")));
    }

    /** Whoever owns the table of the lock keeps others from removing it. */
    @Test
    void aLockThatCanNotBeOpenedIsWrittenDown() throws Exception {
        JournalDirectory journals = new JournalDirectory(directory.resolve("journals"));
        Journal journal = journals.begin(pid, "host-b:4650", List.of());
        Process owner = new ProcessBuilder("nft", "-i").start();
        try {
            assertThatThrownBy(() -> freeze(
                            Optional.of(journal),
                            () -> {
                                own(owner);
                                return new IOException("the link is down");
                            },
                            () -> {}))
                    .hasMessageContaining("the link is down")
                    .hasMessageContaining("Operation not permitted")
                    .hasMessageContaining("godwit recover " + pid + " --here");
            journal.giveUp();
            assertThat(journals.find(pid)).hasValueSatisfying(left -> {
                assertThat(left.entry().state()).isEqualTo(JournalEntry.State.MOVING);
                assertThat(left.entry().locked()).isTrue();
            });
        } finally {
            owner.destroyForcibly().onExit().join();
        }
    }

    private void own(Process owner) throws IOException {
        String table = "table inet godwit-" + pid;
        owner.outputWriter()
                .append("delete " + table + "\nadd " + table + " { flags owner; }\n")
                .flush();
        await(() -> listing("tables").contains("godwit-" + pid)
                && listing("ruleset").contains("flags owner"));
    }

    private static String listing(String what) {
        try {
            Process list = new ProcessBuilder("nft", "list", what).start();
            return new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** CLONE_NEWUTS. */
    private void leave() throws IOException {
        Files.createFile(directory.resolve("leave"));
        await(() -> Files.exists(directory.resolve("left")));
    }

    private interface Action {
        void run() throws IOException;
    }

    private interface Failing {
        Throwable failure() throws IOException;
    }

    private void freeze(Throwable failure, Action afterTheSurvey) throws IOException {
        freeze(Optional.empty(), () -> failure, afterTheSurvey);
    }

    private void freeze(Optional<Journal> journal, Failing failure, Action afterTheSurvey) throws IOException {
        Survey survey = Survey.of(pid, false, FILES);
        survey.requireMovable();
        afterTheSurvey.run();
        FrozenPath.Subject subject = new FrozenPath.Subject(
                pid,
                journal,
                survey.known(),
                FILES,
                TreeCgroups.ignored(),
                Set.of(InetAddress.getByName("127.0.0.1")),
                Departure.NONE);
        try (TreeMemory memory = new TreeMemory(pid, Tracking.WRITE_PROTECT, new ReentrantLock())) {
            memory.refresh();
            new FrozenPath(subject, failing(failure), memory, new PageDumper(), true).run(1);
        }
    }

    private static TargetConnection failing(Failing failing) {
        return (TargetConnection) Proxy.newProxyInstance(
                FrozenPathIT.class.getClassLoader(),
                new Class<?>[] {TargetConnection.class},
                (proxy, method, arguments) -> {
                    throw failing.failure();
                });
    }

    private void assertRunsOnWithItsConnection() throws IOException {
        assertThat(listing("tables")).doesNotContain("godwit-" + pid);
        awaitMore();
    }

    private void awaitMore() {
        long before = count();
        await(() -> count() > before + 5);
    }

    private void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start).as(read("log")).isLessThan(LIMIT_NANOS);
            Thread.onSpinWait();
        }
    }

    private long count() {
        String text = read("count");
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }

    private String read(String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException e) {
            return "";
        }
    }
}
