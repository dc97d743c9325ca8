package io.godwit.source.freeze;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.godwit.linux.Syscall;
import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.trace.Registers;
import io.godwit.source.track.TrackerInstaller;
import io.godwit.source.victim.Puppet;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class TreeFreezerIT {
    @TempDir
    Path directory;

    private Puppet victim;

    @BeforeEach
    void start() throws IOException {
        victim = Puppet.start();
    }

    @AfterEach
    void stop() {
        victim.close();
    }

    @Test
    void whatWasStoppedForGoodCanGoOn() throws IOException {
        victim.run("import signal; child = os.fork() or [signal.pause() for forever in iter(int, 1)]");
        try (FrozenTree tree = TreeFreezer.freeze(victim.pid())) {
            tree.stopForGood();
            tree.goOn();
        }
        assertEquals("2", victim.value("1 + 1"));
        int child = (int) victim.number("child");
        until(() -> state(child) == 'S');
    }

    private static void until(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < 20_000_000_000L, "it did not come to that");
            Thread.onSpinWait();
        }
    }

    private static char state(int pid) {
        try {
            return ProcDirectory.process(pid).stat().state();
        } catch (IOException e) {
            return 'X';
        }
    }

    private int child() throws IOException {
        int[] children = ProcDirectory.thread(victim.pid(), victim.pid()).children();
        return children.length == 0 ? 0 : children[0];
    }

    @Test
    void aTreeThatMakesThreadsAndChildrenAllTheTimeIsFrozenWhole() throws IOException {
        victim.run("""
                def spawn():
                    while True: os.waitpid(os.posix_spawn('/bin/true', ['true'], {}), 0)
                def fork():
                    while True:
                        c = os.fork()
                        if c == 0: os._exit(0)
                        os.waitpid(c, 0)
                def thread():
                    while True:
                        t = threading.Thread(target=lambda: 0); t.start(); t.join()
                for f in (spawn, fork, thread): threading.Thread(target=f, daemon=True).start()
                """);
        for (int i = 0; i < 40; i++) {
            try (FrozenTree tree = TreeFreezer.freeze(victim.pid())) {
                for (FrozenTask task : tree.alive()) {
                    for (int tid : ProcDirectory.process(task.pid()).threads()) {
                        assertEquals(
                                't',
                                ProcDirectory.thread(task.pid(), tid).stat().state());
                    }
                }
            }
        }
        assertEquals(2, victim.number("1 + 1"));
    }

    @Test
    void aParentThatWaitsForItsChildOfVforkIsNoDeadlock() throws IOException {
        Path gate = directory.resolve("gate");
        victim.run("os.mkfifo('%s')".formatted(gate));
        victim.tell("c = os.posix_spawn('/bin/true', ['true'], {}, file_actions=[(os.POSIX_SPAWN_OPEN, 9, '%s', 0, 0)])"
                .formatted(gate));
        until(() -> state(victim.pid()) == 'D');
        // The kernel lets go of a thread that does not stop only when its tracer ends.
        FreezeException e = CompletableFuture.supplyAsync(
                        () -> assertThrows(FreezeException.class, () -> TreeFreezer.freeze(victim.pid())),
                        action -> new Thread(action).start())
                .join();
        assertTrue(e.getMessage().contains("waits in the kernel"), e.getMessage());
        try (RandomAccessFile open = new RandomAccessFile(gate.toFile(), "rw")) {
            open.length();
            assertEquals("ok", victim.line());
        }
        victim.run("os.waitpid(c, 0)");
    }

    @Test
    void aStoppedProcessStaysStoppedAndGoesOnByTheSameSignal() throws IOException {
        victim.tell("os.kill(os.getpid(), signal.SIGSTOP)");
        until(() -> state(victim.pid()) == 'T');
        TrackerInstaller.install(victim.pid(), new ReentrantLock(), Duration.ofSeconds(10))
                .close();
        until(() -> state(victim.pid()) == 'T');
        try (FrozenTree tree = TreeFreezer.freeze(victim.pid())) {
            assertTrue(tree.root().stopped());
        }
        until(() -> state(victim.pid()) == 'T');
        try (Puppet other = Puppet.start()) {
            other.run("os.kill(%d, signal.SIGCONT)".formatted(victim.pid()));
        }
        assertEquals("ok", victim.line());
        assertEquals(2, victim.number("1 + 1"));
    }

    @Test
    void noSignalIsLostByFreezingAndThawing() throws IOException {
        victim.run("n = [0] * 65\ndef on(s, f): n[s] += 1\nfor s in range(34, 44): signal.signal(s, on)");
        try (Puppet other = Puppet.start()) {
            other.run("""
                    def storm():
                        for i in range(2000):
                            os.kill(%d, 34 + i %% 10)
                            if i %% 20 == 0: time.sleep(0.001)
                    t = threading.Thread(target=storm); t.start()
                    """.formatted(victim.pid()));
            for (int i = 0; i < 100; i++) {
                TreeFreezer.freeze(victim.pid()).close();
            }
            other.run("t.join()");
        }
        victim.run("pass");
        victim.run("pass");
        long seen = victim.number("sum(n)");
        assertTrue(seen > 0, "python folds signals of a number that come in one go: " + seen);
        assertEquals(0L, ProcDirectory.process(victim.pid()).status().bits("ShdPnd"));
    }

    @Test
    void theEndOfAChildIsToldToItsParentAfterTheThaw() throws IOException {
        victim.run("dead = []\nsignal.signal(signal.SIGCHLD, lambda s, f: dead.append(1))\n"
                + "c = os.fork()\nif c == 0: time.sleep(99)");
        int child = child();
        try (FrozenTree tree = TreeFreezer.freeze(victim.pid())) {
            assertEquals(2, tree.alive().size());
            try (Puppet other = Puppet.start()) {
                other.run("os.kill(%d, 9)".formatted(child));
            }
        }
        victim.run("assert os.waitpid(c, 0) == (c, 9)");
        assertEquals("[1]", victim.value("dead"));
    }

    @Test
    void zombiesAreOfTheTree() throws IOException {
        victim.run("c = os.fork() or os._exit(3)");
        int child = child();
        until(() -> state(child) == 'Z');
        try (FrozenTree tree = TreeFreezer.freeze(victim.pid())) {
            assertEquals(1, tree.tasks().stream().filter(FrozenTask::zombie).count());
        }
        victim.run("assert os.waitstatus_to_exitcode(os.waitpid(c, 0)[1]) == 3");
    }

    @Test
    void aProcessThatIsTracedAlreadyIsRefusedAndRunsOn() throws IOException {
        try (Puppet other = Puppet.start()) {
            other.run("assert libc.ptrace(0x4206, %d, None, None) == 0".formatted(victim.pid()));
            IOException e = assertThrows(IOException.class, () -> TreeFreezer.freeze(victim.pid()));
            assertTrue(e.getMessage().contains("no other tracer"), e.getMessage());
            assertEquals(2, victim.number("1 + 1"));
        }
    }

    @Test
    void noneOfATreeStaysTracedOfWhichAChildIsTracedAlready() throws IOException {
        victim.run("c = os.fork()\nif c == 0: time.sleep(99)");
        int child = child();
        try (Puppet other = Puppet.start()) {
            other.run("assert libc.ptrace(0x4206, %d, None, None) == 0".formatted(child));
            assertThrows(IOException.class, () -> TreeFreezer.freeze(victim.pid()));
            assertEquals(0, ProcDirectory.process(victim.pid()).status().tracer());
            assertEquals(2, victim.number("1 + 1"));
        }
    }

    /** Between the two the tree runs, and a thread may be gone, or be another. */
    @Test
    void whatThreadsDoBetweenBeingSeizedAndBeingStoppedIsSeen() throws IOException {
        victim.run("""
                import signal
                signals = []
                signal.signal(signal.SIGUSR1, lambda s, f: signals.append(s))
                go = threading.Event()
                ends = threading.Thread(target=go.wait); ends.start()
                r, w = os.pipe()
                def change(): os.read(r, 1); os.execv("/bin/sleep", ["sleep", "99"])
                c = os.fork()
                if c == 0: threading.Thread(target=change).start(); time.sleep(99)
                """);
        int changing = child();
        until(() -> threads(changing) == 2);
        CompletableFuture<Void> did = new CompletableFuture<>();
        try (FrozenTree tree = TreeFreezer.freeze(victim.pid(), () -> {
            try {
                victim.run("go.set(); ends.join(); os.write(w, b'x')");
                until(() -> comm(changing).equals("sleep"));
                victim.tell("os.kill(os.getpid(), 10)");
                did.complete(null);
            } catch (IOException e) {
                did.completeExceptionally(e);
            }
        })) {
            did.join();
            assertEquals(2, tree.alive().size());
            assertEquals(2, tree.threadCount());
            assertEquals('t', state(victim.pid()));
            assertEquals('t', state(changing));
        }
        assertEquals("ok", victim.line());
        assertEquals("[10]", victim.value("[int(s) for s in signals]"));
    }

    /** Each time by a thread that is not the leader, and takes its place. */
    @Test
    void aProcessThatBecomesAnotherAllTheTimeStandsWithItsOwnRegisters(@TempDir Path directory) throws Exception {
        Path source = Files.writeString(directory.resolve("again.c"), """
                #include <pthread.h>
                #include <unistd.h>
                static void *idle(void *nothing) { for (;;) pause(); return nothing; }
                static void *again(void *arguments) { execv("/proc/self/exe", arguments); return NULL; }
                int main(int count, char **arguments)
                {
                    pthread_t threads[2];
                    (void)count;
                    pthread_create(&threads[0], NULL, idle, NULL);
                    pthread_create(&threads[1], NULL, again, arguments);
                    for (;;)
                        pause();
                }
                """);
        Path program = directory.resolve("again");
        victim.run("import subprocess; subprocess.run(['gcc', '-pthread', '-o', '" + program + "', '" + source
                + "'], check=True); again = subprocess.Popen(['" + program + "'])");
        int pid = (int) victim.number("again.pid");
        for (int i = 0; i < 300; i++) {
            try (FrozenTree tree = TreeFreezer.freeze(pid)) {
                assertEquals(ProcDirectory.process(pid).threads().length, tree.threadCount());
                for (FrozenThread thread : tree.root().threads()) {
                    assertEquals(
                            thread.tracee().registers().rip(),
                            thread.registers().rip());
                }
            }
        }
        // its leader has ended for a moment each time
        until(() -> ProcDirectory.process(pid).lives());
        assertEquals(0, ProcDirectory.process(pid).status().tracer());
        victim.run("again.kill(); again.wait()");
    }

    private static int threads(int pid) {
        try {
            return ProcDirectory.process(pid).threads().length;
        } catch (IOException e) {
            return 0;
        }
    }

    private static String comm(int pid) {
        try {
            return ProcDirectory.process(pid).stat().comm();
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void aProcessWhoseLeaderHasEndedIsRefused() throws IOException {
        victim.tell("threading.Thread(target=time.sleep, args=(50,)).start(); libc.syscall(60, 0)");
        until(() -> state(victim.pid()) == 'Z');
        assertThrows(FreezeException.class, () -> TreeFreezer.freeze(victim.pid()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "230 | libc.usleep(99000000)",
                "7   | import select; select.poll().poll(99000)",
                "202 | l = threading.Lock(); l.acquire(); l.acquire(timeout=99)",
            })
    void aCallWithATimeoutIsTheSameCallHoweverOftenItWasInterrupted(int call, String statement) throws IOException {
        victim.tell(statement);
        until(() -> state(victim.pid()) == 'S' && callOf(victim.pid()) == call);
        for (int i = 0; i < 3; i++) {
            try (FrozenTree tree = TreeFreezer.freeze(victim.pid())) {
                Registers registers = tree.root().leader().registers();
                Registers portable = SyscallRestart.portable(registers, new ProcessMemory(victim.pid())::bytes);
                assertEquals(call, portable.rax());
                // caught before it has come back to the call, it stands there already
                long back = registers.rax() == Syscall.RESTART_SYSCALL ? 0 : 2;
                assertEquals(registers.rip() - back, portable.rip());
            }
            until(() -> callOf(victim.pid()) == Syscall.RESTART_SYSCALL);
        }
    }

    private static int callOf(int pid) {
        try {
            String first =
                    ProcDirectory.process(pid).text("syscall").split(" ")[0].trim();
            return first.equals("running") ? -1 : Integer.parseInt(first);
        } catch (IOException e) {
            return -1;
        }
    }
}
