package io.godwit.target.lazy;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.keep.Guard;
import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Sees to it that no task goes on without its memory, whatever becomes of this process: then the tree is killed. */
final class TreeGuard implements AutoCloseable {
    /** A child is to be seen soon after its fork was told. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long LEAST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /** Looking takes a twentieth of the time at most. */
    private static final int REST_PER_LOOK = 20;

    private final Guard guard;
    /** By pid; those of tasks that were reaped are others', and are forgotten before they are used. */
    private final Map<Integer, Held> tasks = new HashMap<>();
    /** By the userfaultfds here, the numbers of those of the guard. */
    private final Map<Fd, Integer> held = new HashMap<>();
    /** How many were told to be forked since the last look. */
    private int forked;

    private long looked;
    private long rest = LEAST_REST_NANOS;

    /**
     * A task that is guarded.
     *
     * @param number of its pidfd at the guard
     */
    private record Held(Fd pidfd, int number) {}

    private TreeGuard(Guard guard) {
        this.guard = guard;
    }

    static TreeGuard start() throws IOException {
        return new TreeGuard(Guard.start());
    }

    int pid() {
        return Math.toIntExact(guard.pid());
    }

    /** Guards a task. */
    void hold(int pid, Fd pidfd, Fd uffd) throws IOException {
        hold(pid, pidfd);
        held.put(uffd, guard.hold(uffd));
    }

    private void hold(int pid, Fd pidfd) throws IOException {
        Held before = tasks.put(pid, new Held(pidfd, guard.hold(pidfd)));
        if (before != null) {
            forget(before);
        }
    }

    private void forget(Held task) throws IOException {
        task.pidfd().close();
        guard.drop(task.number());
    }

    /** Guards a task that is being forked, as soon as it can be seen. */
    void expectChild(Fd uffd) {
        forked++;
        try {
            held.put(uffd, guard.hold(uffd));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Looks for tasks that were not seen yet: right after a fork, and every now and then. Which one was forked can not be known:
     * there are also those of vfork(2), of which nothing is told.
     */
    void lookForChildren() throws IOException {
        long start = System.nanoTime();
        if (forked == 0 && start - looked < rest) {
            return;
        }
        int found = look();
        rest = Math.max(LEAST_REST_NANOS, REST_PER_LOOK * (System.nanoTime() - start));
        while (found < forked && System.nanoTime() - start < PATIENCE_NANOS) {
            found += look();
        }
        forked = 0;
        looked = System.nanoTime();
    }

    /** How many were found that were not guarded before. */
    private int look() throws IOException {
        int found = 0;
        forgetReaped();
        for (int parent : Set.copyOf(tasks.keySet())) {
            for (int child : children(parent)) {
                if (!tasks.containsKey(child)) {
                    found += holdChild(parent, child) ? 1 : 0;
                }
            }
        }
        return found;
    }

    private void forgetReaped() throws IOException {
        for (int pid : Set.copyOf(tasks.keySet())) {
            if (isReaped(pid)) {
                forget(tasks.remove(pid));
            }
        }
    }

    private boolean isReaped(int pid) throws IOException {
        return Descriptors.processOf(tasks.get(pid).pidfd()) == 0;
    }

    /** Whether it is still there. */
    private boolean holdChild(int parent, int child) throws IOException {
        Fd pidfd;
        try {
            pidfd = Descriptors.pidfdOpen(child);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
            return false;
        }
        try {
            // if both still are what they were, neither pid was another's in between
            if (children(parent).contains(child) && !isReaped(parent)) {
                hold(child, pidfd);
                return true;
            }
        } catch (IOException | RuntimeException e) {
            pidfd.close();
            throw e;
        }
        pidfd.close();
        return false;
    }

    private static List<Integer> children(int pid) {
        try {
            return ProcDirectory.process(pid).childrenOfAllThreads();
        } catch (IOException e) {
            // the task has ended
            return List.of();
        }
    }

    /** A task has its memory; it still goes with the tree, should that fail. */
    void letGo(Fd uffd) throws IOException {
        Integer number = held.remove(uffd);
        if (number != null) {
            guard.drop(number);
        }
    }

    /** All have their memory. */
    void release() throws IOException {
        guard.release();
    }

    /** Kills all tasks that are guarded. */
    void endTree() throws IOException {
        guard.close();
    }

    @Override
    public void close() throws IOException {
        tasks.values().forEach(task -> task.pidfd().close());
        guard.close();
    }
}
