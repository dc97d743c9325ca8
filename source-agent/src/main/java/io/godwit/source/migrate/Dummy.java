package io.godwit.source.migrate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.proc.ProcDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process with a session of its own, to be dumped and moved in rehearsals. It is no child of this process: Java's own wait for a
 * child would take what a tracer waits for. It ends with this process, and after ten minutes.
 *
 * @param pid its own
 * @param process pidfd_open(2) of it: when it has ended the number may be another's
 * @param parent kills it when standard input ends
 */
public record Dummy(int pid, Fd process, Process parent) implements AutoCloseable {
    private static final List<String> SLEEPS =
            List.of("/bin/sh", "-c", "setsid sleep 600 </dev/null >/dev/null 2>&1 & echo $!; read line; kill -9 $!");

    private static final int SIGKILL = 9;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** One that sleeps, and has nothing but its memory. */
    public static Dummy asleep() throws IOException {
        Dummy dummy = start(SLEEPS);
        await(() -> ProcDirectory.process(dummy.pid).stat().comm().equals("sleep"));
        return dummy;
    }

    /** @param command of what tells the pid of a child of its own in decimal */
    static Dummy start(List<String> command) throws IOException {
        Process parent = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader answers = parent.inputReader(US_ASCII)) {
            String line = answers.readLine();
            if (line == null) {
                throw new IOException(command.get(0) + " could not start the process to rehearse with");
            }
            int pid = Integer.parseInt(line);
            return new Dummy(pid, Descriptors.pidfdOpen(pid), parent);
        } catch (IOException | RuntimeException e) {
            parent.destroyForcibly();
            throw e;
        }
    }

    /** Waits, but not for ever. */
    public void awaitEnd() throws IOException {
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
        parent.destroyForcibly();
    }
}
