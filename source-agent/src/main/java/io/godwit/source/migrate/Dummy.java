package io.godwit.source.migrate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.proc.ProcDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process with a session of its own, to be dumped and moved in rehearsals. It is no child of this process: Java's own wait for a
 * child would take what a tracer waits for.
 *
 * @param pid its own
 * @param processes pidfd_open(2) of it, and of its children that do not end with it: when one has ended the number may be another's
 * @param starter who started it, and may see to its end when its standard input ends
 */
public record Dummy(int pid, List<Fd> processes, Process starter) implements AutoCloseable {
    /** The argument is the number of children. */
    private static final String SLEEPS = "i=0; while [ $i -lt $0 ]; do sleep 60 & i=$((i + 1)); done; exec sleep 60";

    private static final int SIGKILL = 9;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** One that sleeps for a minute, and has nothing but its memory; so do its children. */
    public static Dummy asleep(int children) throws IOException {
        Dummy dummy = start(List.of(
                "/bin/sh",
                "-c",
                "setsid /bin/sh -c '" + SLEEPS + "' " + children + " </dev/null >/dev/null 2>&1 & echo $!"));
        try {
            if (!await(() -> dummy.sleeps(children))) {
                throw new IOException(
                        "process " + dummy.pid + " to rehearse with does not sleep; are setsid and sleep in PATH?");
            }
            List<Fd> processes = new ArrayList<>(dummy.processes);
            for (int child : ProcDirectory.process(dummy.pid).childrenOfAllThreads()) {
                processes.add(Descriptors.pidfdOpen(child));
            }
            return new Dummy(dummy.pid, processes, dummy.starter);
        } catch (IOException | RuntimeException e) {
            dummy.close();
            throw e;
        }
    }

    private boolean sleeps(int children) throws IOException {
        List<Integer> all = new ArrayList<>(ProcDirectory.process(pid).childrenOfAllThreads());
        all.add(pid);
        for (int each : all) {
            if (!ProcDirectory.process(each).stat().comm().equals("sleep")) {
                return false;
            }
        }
        return all.size() == children + 1;
    }

    /** @param command of what tells the pid of the process in decimal */
    static Dummy start(List<String> command) throws IOException {
        Process starter = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader answers = starter.inputReader(US_ASCII)) {
            String line = answers.readLine();
            if (line == null) {
                throw new IOException(command.get(0) + " could not start the process to rehearse with");
            }
            int pid = Integer.parseInt(line);
            return new Dummy(pid, List.of(Descriptors.pidfdOpen(pid)), starter);
        } catch (IOException | RuntimeException e) {
            end(starter);
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

    private static boolean await(Condition condition) throws IOException {
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - start > LIMIT_NANOS) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    /** It buries what it started. */
    private static void end(Process starter) {
        try {
            starter.getOutputStream().close();
            starter.waitFor(LIMIT_NANOS, TimeUnit.NANOSECONDS);
        } catch (IOException e) {
            // It has ended.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        starter.destroyForcibly();
    }

    @Override
    public void close() {
        for (Fd each : processes) {
            try (each) {
                Descriptors.signal(each, SIGKILL);
            } catch (LinuxException e) {
                // It has ended.
            }
        }
        end(starter);
    }
}
