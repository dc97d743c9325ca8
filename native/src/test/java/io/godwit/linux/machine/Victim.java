package io.godwit.linux.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.trace.Stop;
import io.godwit.linux.trace.Tracee;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A running {@code victim MODE}. It is the child of a shell, not of this JVM, whose thread for exit statuses would otherwise take
 * the stops that the tracer waits for.
 */
final class Victim implements AutoCloseable {
    static final int SIGTRAP = 5;
    static final int SIGKILL = 9;
    private static final int WALL = 0x40000000;
    static final int SIGUSR1 = 10;
    static final int SIGSEGV = 11;
    static final int SIGCONT = 18;
    static final int SIGSTOP = 19;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Process shell;
    private final BufferedReader output;
    private final Writer input;
    private final int pid;
    private String announced = "";

    private Victim(Process shell) throws IOException {
        this.shell = shell;
        this.output = new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
        this.input = shell.outputWriter(StandardCharsets.UTF_8);
        this.pid = awaitReady();
    }

    static Victim start(String mode) throws IOException {
        return new Victim(new ProcessBuilder(
                        "sh", "-c", "exec 3<&0; target/native/victim \"$1\" <&3 3<&- & exec 3<&-; wait", "sh", mode)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    int pid() {
        return pid;
    }

    ProcDirectory proc() {
        return ProcDirectory.process(pid);
    }

    /** Seizes the victim and stops it. */
    Tracee stop() throws IOException {
        return stop(pid);
    }

    static Tracee stop(int tid) throws IOException {
        Tracee tracee = Tracee.seize(tid, 0);
        tracee.interrupt();
        assertThat(tracee.await()).isInstanceOf(Stop.Event.class);
        return tracee;
    }

    /** Waits until the victim is blocked in this system call. */
    void awaitBlockedIn(int syscall) {
        awaitUntil(() -> proc().text("syscall").startsWith(syscall + " "));
    }

    /** Stops it by SIGSTOP when it is blocked in this system call. */
    void stopByJobControl(int syscall) throws IOException {
        awaitBlockedIn(syscall);
        signal(SIGSTOP);
        awaitState('T');
    }

    /** Waits until the victim writes zero to a word of its memory. */
    void awaitZero(long address) {
        ProcessMemory memory = new ProcessMemory(pid);
        awaitUntil(() -> memory.word(address) == 0);
    }

    /** Waits for a state letter of /proc/PID/stat. */
    void awaitState(char state) {
        awaitUntil(() -> proc().text("stat").contains(") " + state + " "));
    }

    static void awaitUntil(Callable<Boolean> condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.call()) {
                assertThat(System.nanoTime()).as("patience").isLessThan(end);
                Thread.onSpinWait();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    void send(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    /** The line before "ready", in modes that have one. */
    String announced() {
        return announced;
    }

    private int awaitReady() throws IOException {
        String line = output.readLine();
        while (line != null && !line.startsWith("ready ")) {
            announced = line;
            line = output.readLine();
        }
        assertThat(line).startsWith("ready ");
        return Integer.parseInt(line.substring("ready ".length()));
    }

    String line() throws IOException {
        return output.readLine();
    }

    List<String> maps() throws IOException {
        return proc().lines("maps");
    }

    void signal(int signal) throws IOException {
        Kernel.check(Kernel.syscall(Syscall.KILL, pid, signal), "kill", "victim " + pid);
    }

    @Override
    public void close() throws IOException {
        int[] tids = threads();
        Kernel.syscall(Syscall.KILL, pid, SIGKILL);
        for (int i = tids.length - 1; i >= 0; i--) {
            Kernel.syscall(Syscall.WAIT4, tids[i], 0, WALL, 0); // a tracer's zombie is the tracer's to reap
        }
        input.close();
        shell.onExit().join();
    }

    private int[] threads() {
        try {
            return proc().threads();
        } catch (IOException e) {
            return new int[0]; // it is gone
        }
    }
}
