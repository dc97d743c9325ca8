package io.godwit.source.freeze;

import io.godwit.linux.SideThread;
import io.godwit.linux.trace.Tracee;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits for threads that have ended while their tracer can not. A thread that calls execve(2) ends all others of its process, and one that has a
 * tracer is gone only when somebody has waited for it; but PTRACE_SEIZE of the first, by that tracer, returns when the execve(2) is over.
 */
final class Undertaker implements AutoCloseable {
    /** A seizure takes some microseconds otherwise. */
    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long LOOK_MILLIS = 5;

    private final Map<Integer, Integer> processes;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Seizure seizure;

    private record Seizure(int pid, long since) {}

    /** @param processes of the threads that have a tracer, by tid, to which are added more meanwhile */
    Undertaker(ConcurrentMap<Integer, Integer> processes) {
        this.processes = processes;
        try (SideThread thread = new SideThread("godwit-undertaker")) {
            thread.begin(this::watch);
        }
    }

    private Void watch() {
        try {
            while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                Seizure its = seizure;
                if (its != null && System.nanoTime() - its.since() > LONG_NANOS) {
                    processes.forEach((tid, pid) -> {
                        if (pid == its.pid()) {
                            Tracee.buryIfEnded(tid);
                        }
                    });
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    /** The tracer begins to seize a thread of a process. */
    void begins(int pid) {
        seizure = new Seizure(pid, System.nanoTime());
    }

    /** It can wait itself again. */
    void ends() {
        seizure = null;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
