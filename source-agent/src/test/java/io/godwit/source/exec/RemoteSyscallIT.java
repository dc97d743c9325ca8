package io.godwit.source.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.godwit.linux.Syscall;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Tracee;
import io.godwit.source.options.OptionException;
import io.godwit.source.victim.Puppet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class RemoteSyscallIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long SLEEP_NANOS = 1_500_000_000L;

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
    void getpidIsThePidOfTheProcess() throws IOException {
        assertThat(exec("getpid"))
                .isEqualTo("getpid = " + victim.pid() + " (0x" + Integer.toHexString(victim.pid()) + ")");
    }

    @Test
    void writeToItsOutputAppearsThere() throws IOException {
        assertThat(exec("write", "1", "&hello\n", "6")).isEqualTo("write = 6 (0x6)");
        assertThat(victim.line()).isEqualTo("hello");
    }

    @Test
    void aCallThatFailsTellsWhy() throws IOException {
        assertThat(exec("close", "999")).isEqualTo("close = -1 EBADF (Bad file descriptor)");
        assertThat(exec("openat", "-100", "&/no/such/file", "0")).startsWith("openat = -1 ENOENT");
    }

    @Test
    void whatTheCallDidToTheProcessStays() throws IOException {
        exec("chdir", "&" + directory);
        assertThat(victim.value("os.getcwd()")).isEqualTo(directory.toRealPath().toString());
        exec("umask", "027");
        assertThat(victim.number("os.umask(0)")).isEqualTo(027);
    }

    /** The victim sits in read(2) on its input. */
    @Test
    void registersMappingsMaskAndMemoryAreAsBefore() throws IOException {
        victim.run("at = mmap(0, 4); fill(at, 4, 'page')");
        untilIn(Syscall.READ);
        String maps = ProcDirectory.process(victim.pid()).text("maps");
        Snapshot before = Snapshot.of(victim.pid());
        exec("getpid");
        exec("close", "999");
        exec("getcwd", "&some room for the answer of the kernel, which is a path", "50");
        Snapshot after = Snapshot.of(victim.pid());
        assertThat(after.registers()).isEqualTo(before.registers());
        assertThat(after.mask()).isEqualTo(before.mask());
        assertThat(Arrays.equals(after.xstate(), before.xstate()))
                .as("FPU state")
                .isTrue();
        assertThat(ProcDirectory.process(victim.pid()).text("maps")).isEqualTo(maps);
        assertThat(victim.value(
                        "all(ctypes.string_at(at + i * PAGE, 5) == b'page' + str(i).encode() for i in range(4))"))
                .isEqualTo("True");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            nanosleep | libc.nanosleep(ctypes.byref((ctypes.c_long * 2)(1, 500000000)), None) | 0
            clock_nanosleep absolute | libc.clock_nanosleep(1, 1, ctypes.byref(until(1.5)), None) | 0
            poll | libc.poll(None, 0, 1500) | 0
            futex | libc.syscall(202, ctypes.byref(ctypes.c_int(5)), 128, 5, ctypes.byref((ctypes.c_long * 2)(1, 500000000)), 0, 0) | -1
            select | libc.select(0, None, None, None, ctypes.byref((ctypes.c_long * 2)(1, 500000))) | 0
            """)
    void aSleepKeepsItsTimeAndItsResult(String name, String sleep, int result) throws IOException {
        victim.run("""
                def until(seconds):
                    t = time.clock_gettime_ns(time.CLOCK_MONOTONIC) + int(seconds * 10**9)
                    return (ctypes.c_long * 2)(t // 10**9, t % 10**9)
                """);
        victim.tell("start = time.monotonic_ns(); print('sleeping', flush=True); r = "
                + sleep
                + "; e = ctypes.get_errno(); print(time.monotonic_ns() - start, r, e, flush=True)");
        assertThat(victim.line()).isEqualTo("sleeping");
        for (int i = 0; i < 5; i++) {
            untilAsleep();
            assertThat(exec("getpid")).startsWith("getpid = " + victim.pid());
        }
        String[] words = victim.line().split(" ");
        assertThat(victim.line()).isEqualTo("ok");
        assertThat(Integer.parseInt(words[1])).as(name).isEqualTo(result);
        if (result == -1) {
            assertThat(words[2]).as("ETIMEDOUT").isEqualTo("110");
        }
        assertThat(Long.parseLong(words[0])).as(name).isBetween(SLEEP_NANOS, 4 * SLEEP_NANOS);
    }

    @Test
    void aCallThatWouldSpoilASleepIsRefused() throws IOException {
        victim.tell("libc.poll(None, 0, 2000)");
        untilIn(Syscall.POLL);
        assertThatThrownBy(() -> exec("nanosleep", "0", "0"))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("timed sleep");
        assertThat(victim.line()).isEqualTo("ok");
    }

    @Test
    void aCallThatBlocksForTooLongIsInterrupted() throws IOException {
        victim.run("r, w = os.pipe()");
        String read = RemoteSyscall.run(
                        victim.pid(),
                        SyscallRequest.parse("read", List.of(victim.value("r"), "&room", "4")),
                        Duration.ofMillis(100))
                .toString();
        assertThat(read).isEqualTo("read = -1 EINTR (Interrupted system call)");
        assertThat(victim.number("6 * 7")).isEqualTo(42);
    }

    @Test
    void aStoppedProcessStaysStopped() throws IOException {
        ProcessHandle handle = ProcessHandle.of(victim.pid()).orElseThrow();
        new ProcessBuilder("kill", "-STOP", "" + handle.pid()).start().onExit().join();
        untilState('T');
        assertThat(exec("getpid")).startsWith("getpid = " + victim.pid());
        untilState('T');
        new ProcessBuilder("kill", "-CONT", "" + handle.pid()).start().onExit().join();
        assertThat(victim.number("6 * 7")).isEqualTo(42);
    }

    /** The filter kills for getppid(2). */
    @Test
    void aSandboxedProcessIsNotKilledByItsFilter() throws IOException {
        victim.run("""
                import struct
                rules = (0x20, 0, 0, 0), (0x15, 0, 1, 110), (6, 0, 0, 0x80000000), (6, 0, 0, 0x7fff0000)
                code = ctypes.create_string_buffer(b''.join(struct.pack('HBBI', *rule) for rule in rules))
                filter = ctypes.create_string_buffer(struct.pack('HxxxxxxQ', len(rules), ctypes.addressof(code)))
                check(libc.prctl(38, 1, 0, 0, 0), 'no_new_privs')
                check(libc.prctl(22, 2, filter, 0, 0), 'seccomp')
                """);
        assertThat(exec("getppid")).startsWith("getppid = ").doesNotContain("-1");
        assertThat(ProcDirectory.process(victim.pid()).status().seccomp()).isEqualTo(2);
        assertThat(victim.number("6 * 7")).isEqualTo(42);
        victim.tell("os.getppid()");
        assertThat(victim.line()).as("it is killed by its own call").isNull();
    }

    @Test
    void whatIgnoresSigtrapStillDoes() throws IOException {
        victim.run("signal.signal(signal.SIGTRAP, signal.SIG_IGN)");
        exec("getpid");
        victim.run("os.kill(os.getpid(), signal.SIGTRAP)");
        assertThat(victim.value("signal.getsignal(signal.SIGTRAP).name")).contains("SIG_IGN");
    }

    @Test
    void aTaskOf32BitsIsRefused() throws Exception {
        Path source = Files.writeString(
                directory.resolve("pause.S"), ".globl _start\n_start: mov $29,%eax\nint $0x80\njmp _start\n");
        Path program = directory.resolve("pause");
        Process gcc = new ProcessBuilder(
                        "gcc", "-m32", "-nostdlib", "-static", "-o", program.toString(), source.toString())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
        victim.run("import subprocess\ntry: child = subprocess.Popen(['" + program
                + "'])\nexcept OSError as e: assert e.errno == 8; child = None");
        assumeThat(victim.value("child"))
                .as("the kernel may run no 32-bit programs (ia32_emulation=off)")
                .isNotEqualTo("None");
        int pid = (int) victim.number("child.pid");
        assertThatThrownBy(() -> exec(pid, "getpid"))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("32-bit");
        assertThat(ProcDirectory.process(pid).stat().state()).isIn('S', 'R');
        assertThat(ProcDirectory.process(pid).status().tracer()).isZero();
    }

    @Test
    void whatCanNotMakeACallIsRefusedInWords() throws Exception {
        refused((int) ProcessHandle.current().pid(), "godwit itself");
        refused(2, "thread of the kernel");
        refused(0, "pids are positive");
        victim.run("gone = os.fork() or os._exit(0); os.waitid(os.P_PID, gone, os.WEXITED | os.WNOWAIT)");
        int zombie = (int) victim.number("gone");
        refused(zombie, "has ended");
        victim.run("os.waitpid(gone, 0)");
        refused(zombie, "no process with pid");
        victim.run("tid = []; end = threading.Event(); "
                + "t = threading.Thread(target=lambda: (tid.append(threading.get_native_id()), end.wait()), daemon=True); "
                + "t.start()");
        refused((int) victim.number("t.native_id"), "is a thread of process");
    }

    @Test
    void whatAnotherTracesIsRefused() throws Exception {
        victim.run("import subprocess; gdb = subprocess.Popen(['sleep', '60']); "
                + "r = libc.ptrace(0x4206, gdb.pid, V(0), V(0))");
        assertThat(victim.number("r")).isZero();
        refused((int) victim.number("gdb.pid"), "is traced by process " + victim.pid());
        victim.run("gdb.kill()");
    }

    private void refused(int pid, String why) {
        assertThatThrownBy(() -> exec(pid, "getpid"))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining(why);
    }

    private String exec(String call, String... arguments) throws IOException {
        return exec(victim.pid(), call, arguments);
    }

    private static String exec(int pid, String call, String... arguments) throws IOException {
        return RemoteSyscall.run(pid, SyscallRequest.parse(call, List.of(arguments)), LIMIT)
                .toString();
    }

    private void untilAsleep() throws IOException {
        untilState('S');
    }

    private void untilIn(int call) throws IOException {
        while (!ProcDirectory.process(victim.pid()).text("syscall").startsWith(call + " ")) {
            Thread.onSpinWait();
        }
    }

    private void untilState(char state) throws IOException {
        while (ProcDirectory.process(victim.pid()).stat().state() != state) {
            Thread.onSpinWait();
        }
    }

    private record Snapshot(String registers, long mask, byte[] xstate) {
        static Snapshot of(int pid) throws IOException {
            Tracee tracee = Tracee.seize(pid, 0);
            tracee.stop();
            try {
                Registers registers = tracee.registers();
                StringBuilder text = new StringBuilder();
                for (Registers.Name name : Registers.Name.values()) {
                    text.append(name)
                            .append(' ')
                            .append(Long.toHexString(registers.get(name)))
                            .append('\n');
                }
                return new Snapshot(text.toString(), tracee.signalMask(), tracee.xstate());
            } finally {
                tracee.detach(0);
            }
        }
    }
}
