package io.godwit.source.freeze;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStat;
import io.godwit.linux.trace.Tracee;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Stops every thread of a process tree. All threads known are seized while they run, and asked to stop before the first is
 * waited for; then it looks again, until a look finds no thread or child that does not stand still. Nothing new can appear
 * once all that could make it stand still.
 *
 * <p>A thread that waits in the kernel stops only when the wait is over, and that may be for a child of vfork(2)
 * which has stopped already. So none is waited for long: all run on for a while, and it is tried again.
 */
public final class TreeFreezer {
    private static final int MAX_LOOKS = 100;
    private static final long FIRST_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** A tree that is being moved should rather run on than be stopped again and again. */
    private static final Duration SHORT_LIMIT = Duration.ofMillis(1550);

    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final int SEIZE_ATTEMPTS = 3;

    private final SeizedThreads threads;

    private TreeFreezer(long patienceNanos) {
        this.threads = new SeizedThreads(patienceNanos);
    }

    /**
     * Freezes the tree below a process.
     *
     * @throws IOException if it can not be frozen; what was stopped runs on
     */
    public static FrozenTree freeze(int root) throws IOException {
        return freeze(root, SHORT_LIMIT);
    }

    /**
     * The same.
     *
     * @param stopping called when all is ready, just before the first thread is stopped; one that gets a signal while the others are made
     *     ready stands from then on
     */
    public static FrozenTree freeze(int root, Runnable stopping) throws IOException {
        return freeze(root, SHORT_LIMIT, stopping);
    }

    /**
     * Freezes the tree below a process within a time, that for the tree to run on between the tries not counted.
     *
     * @throws IOException if it can not be frozen; what was stopped runs on
     */
    public static FrozenTree freeze(int root, Duration limit) throws IOException {
        return freeze(root, limit, () -> {});
    }

    private static FrozenTree freeze(int root, Duration limit, Runnable stopping) throws IOException {
        long left = limit.toNanos();
        for (int attempt = 0; ; attempt++) {
            long patience = Math.min(left, FIRST_PATIENCE_NANOS << attempt);
            left -= patience;
            TreeFreezer freezer = new TreeFreezer(patience);
            try {
                return freezer.stopAll(root, attempt == 0 ? stopping : () -> {});
            } catch (IOException | RuntimeException | Error e) {
                boolean allRun = freezer.threads.undo(e);
                if (!(e instanceof SeizedThreads.WaitsInKernel) || !allRun || left <= 0) {
                    throw e;
                }
            } finally {
                freezer.threads.close();
            }
            LockSupport.parkNanos(REST_NANOS << attempt);
        }
    }

    private FrozenTree stopAll(int root, Runnable stopping) throws IOException {
        List<Tracee> running = seizeAll(look(root));
        stopping.run();
        for (int look = 0; look < MAX_LOOKS; look++) {
            threads.stop(running);
            List<Node> tree = look(root);
            running = threads.replaced(pids(tree));
            if (running.isEmpty() && standsStill(tree)) {
                requireOwnMemory(tree);
                threads.releaseAllBut(tids(tree));
                return new FrozenTree(tasks(tree));
            }
            running.addAll(seizeAll(tree));
            if (running.isEmpty()) {
                LockSupport.parkNanos(REST_NANOS);
            }
        }
        throw new FreezeException("process " + root + " makes threads or children faster than they can be stopped, or"
                + " the leader of a process of its tree has ended and other threads go on;"
                + " try again when it is calmer");
    }

    /**
     * A process of the tree.
     *
     * @param stat null if it could not be read, as of one that goes just now
     */
    private record Node(int pid, int parent, ProcStat stat, int[] threads) {}

    private static List<Node> look(int root) throws IOException {
        List<Node> tree = new ArrayList<>();
        collect(root, 0, tree);
        return tree;
    }

    private static void collect(int pid, int parent, List<Node> tree) throws IOException {
        ProcDirectory process = ProcDirectory.process(pid);
        List<Integer> children = new ArrayList<>();
        int[] threads = {pid};
        ProcStat stat = null;
        try {
            stat = process.stat();
            if (stat.zombie() && stat.threads() <= 1) {
                tree.add(new Node(pid, parent, stat, new int[0]));
                return;
            }
            threads = stat.threads() == 1 ? threads : process.threads();
        } catch (IOException e) {
            if (parent == 0) {
                throw e;
            }
        }
        for (int tid : threads) {
            try {
                for (int child : ProcDirectory.thread(pid, tid).children()) {
                    children.add(child);
                }
            } catch (IOException e) {
                // It goes just now, so it can not be stopped and there will be another look.
            }
        }
        tree.add(new Node(pid, parent, stat, threads));
        for (int child : children) {
            collect(child, pid, tree);
        }
    }

    private boolean standsStill(List<Node> tree) {
        for (Node node : tree) {
            for (int tid : node.threads()) {
                if (!threads.stands(tid)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Those that were not seized yet; they run on. */
    private List<Tracee> seizeAll(List<Node> tree) throws IOException {
        List<Tracee> running = new ArrayList<>();
        for (Node node : tree) {
            for (int tid : node.threads()) {
                if (!threads.has(tid)) {
                    seize(node.pid(), tid).ifPresent(running::add);
                }
            }
        }
        return running;
    }

    /** Where a leader was about to end another thread, which has called execve(2), may have its tid a moment later. */
    private Optional<Tracee> seize(int pid, int tid) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return Optional.of(threads.seize(pid, tid));
            } catch (LinuxException e) {
                if (e.errno() == Errno.ESRCH || e.errno() == Errno.EIO || ended(pid, tid)) {
                    return Optional.empty();
                }
                Optional<Tracee> ours = threads.adopt(pid, tid);
                if (ours.isPresent()) {
                    return ours;
                }
                if (attempt == SEIZE_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** The kernel refuses to attach to a thread that is dead and not yet buried, as if it were forbidden. */
    private static boolean ended(int pid, int tid) {
        try {
            char state = ProcDirectory.thread(pid, tid).stat().state();
            return state == 'Z' || state == 'X';
        } catch (IOException e) {
            return true;
        }
    }

    private static void requireOwnMemory(List<Node> tree) throws IOException {
        for (Node node : tree) {
            if (node.parent() != 0 && node.threads().length != 0 && ProcessMemory.shared(node.pid(), node.parent())) {
                throw new FreezeException("processes " + node.parent() + " and " + node.pid()
                        + " have one memory (clone(2) with CLONE_VM), which can not be moved yet");
            }
        }
    }

    private static List<Integer> pids(List<Node> tree) {
        return tree.stream().map(Node::pid).toList();
    }

    private static Set<Integer> tids(List<Node> tree) {
        Set<Integer> tids = new HashSet<>();
        tree.forEach(node -> IntStream.of(node.threads()).forEach(tids::add));
        return tids;
    }

    /** The last look found nothing that did not stand still before, so what it read stays true. */
    private List<FrozenTask> tasks(List<Node> tree) throws IOException {
        List<FrozenTask> tasks = new ArrayList<>();
        for (Node node : tree) {
            ProcStat stat =
                    node.stat() == null ? ProcDirectory.process(node.pid()).stat() : node.stat();
            List<FrozenThread> frozen =
                    leaderFirst(node).stream().map(threads::frozen).toList();
            tasks.add(new FrozenTask(node.pid(), node.parent(), stat, frozen));
        }
        return tasks;
    }

    private static List<Integer> leaderFirst(Node node) {
        List<Integer> order = new ArrayList<>();
        for (int tid : node.threads()) {
            order.add(tid == node.pid() ? 0 : order.size(), tid);
        }
        return order;
    }
}
