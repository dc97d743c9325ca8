package io.godwit.criu;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.proc.ProcDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process with a session of its own that sleeps, to be dumped and moved. It is no child of this process: Java's own wait for a child
 * would take what a tracer waits for.
 *
 * @param pid its own
 * @param process pidfd_open(2) of it: when it has ended the number may be another's
 */
public record Sleeper(int pid, Fd process) implements AutoCloseable {
    private static final String COMMAND = "setsid sleep 60 </dev/null >/dev/null 2>&1 & echo $!";
    private static final int SIGKILL = 9;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** Starts one; it has its session. */
    public static Sleeper start() throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", COMMAND).start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(shell.getInputStream(), UTF_8))) {
            int pid = Integer.parseInt(out.readLine());
            await(() -> ProcDirectory.process(pid).stat().session() == pid);
            return new Sleeper(pid, Descriptors.pidfdOpen(pid));
        }
    }

    void awaitEnd() throws IOException {
        await(() -> !ProcDirectory.process(pid).lives());
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws IOException {
        long start = System.nanoTime();
        while (!condition.holds() && System.nanoTime() - start < LIMIT_NANOS) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    @Override
    public void close() {
        try (process) {
            Descriptors.signal(process, SIGKILL);
        } catch (LinuxException e) {
            // It has ended.
        }
    }
}
