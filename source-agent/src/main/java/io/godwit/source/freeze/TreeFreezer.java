package io.godwit.source.freeze;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.machine.Standing;
import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStat;
import io.godwit.linux.trace.Stop;
import io.godwit.linux.trace.Tracee;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

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

    private static final long UNDO_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** What a thread that is gone has to say. */
    private static final Stop GONE = Stop.of(0);

    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final long patienceNanos;
    private final Map<Integer, Tracee> seized = new LinkedHashMap<>();
    private final Map<Integer, FrozenThread> stopped = new LinkedHashMap<>();

    private TreeFreezer(long patienceNanos) {
        this.patienceNanos = patienceNanos;
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
     * @param stopping called when all is ready, just before the first thread is stopped
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
                boolean allRun = freezer.undo(e);
                if (!(e instanceof WaitsInKernel) || !allRun || left <= 0) {
                    throw e;
                }
            }
            LockSupport.parkNanos(REST_NANOS << attempt);
        }
    }

    /** A thread did not stop in time. */
    private static final class WaitsInKernel extends FreezeException {
        private static final long serialVersionUID = 1L;

        WaitsInKernel(int tid) {
            super(waitsInKernel(tid));
        }
    }

    private FrozenTree stopAll(int root, Runnable stopping) throws IOException {
        List<Tracee> running = seizeAll(look(root));
        stopping.run();
        for (int look = 0; look < MAX_LOOKS; look++) {
            stop(running);
            List<Node> tree = look(root);
            if (standsStill(tree)) {
                requireOwnMemory(tree);
                releaseOthers(tree);
                return new FrozenTree(tasks(tree));
            }
            running = seizeAll(tree);
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
                if (!stopped.containsKey(tid)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Those that do not stand yet; they run on. */
    private List<Tracee> seizeAll(List<Node> tree) throws IOException {
        List<Tracee> running = new ArrayList<>();
        for (Node node : tree) {
            for (int tid : node.threads()) {
                if (!stopped.containsKey(tid)) {
                    seize(node.pid(), tid, running);
                }
            }
        }
        return running;
    }

    private void seize(int pid, int tid, List<Tracee> running) throws IOException {
        try {
            Tracee tracee = Tracee.seize(tid, 0);
            seized.put(tid, tracee);
            running.add(tracee);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH && e.errno() != Errno.EIO && !ended(pid, tid)) {
                throw e;
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

    /** A thread that stands when it is asked to stop would do so once more when it runs on. */
    private void stop(List<Tracee> running) throws IOException {
        List<Tracee> asked = new ArrayList<>();
        for (Tracee tracee : running) {
            Optional<Stop> already = next(tracee, 0);
            if (already.isEmpty() || !settles(tracee, already.get())) {
                interrupt(tracee);
                asked.add(tracee);
            }
        }
        for (Tracee tracee : asked) {
            settle(tracee);
        }
    }

    private void settle(Tracee tracee) throws IOException {
        boolean settled = false;
        while (!settled) {
            Stop stop = next(tracee, patienceNanos).orElseThrow(() -> new WaitsInKernel(tracee.tid()));
            settled = settles(tracee, stop);
        }
    }

    private static void interrupt(Tracee tracee) throws LinuxException {
        try {
            tracee.interrupt();
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    /** What comes of a thread next, which may have ended, or become another by execve(2), since it was seized. */
    private static Optional<Stop> next(Tracee tracee, long nanos) throws LinuxException {
        try {
            return tracee.await(nanos);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ECHILD) {
                return Optional.of(GONE);
            }
            throw e;
        }
    }

    /** Whether a thread stands by now, or is gone; one that is about to take a signal is let take it, and stops after. */
    private boolean settles(Tracee tracee, Stop stop) throws IOException {
        if (stop.gone()) {
            seized.remove(tracee.tid());
            return true;
        }
        if (stop instanceof Stop.Event event) {
            if (event.event() == Tracee.EVENT_STOP) {
                int groupStop = event.signal() == Tracee.SIGTRAP ? 0 : event.signal();
                stopped.put(tracee.tid(), stand(tracee, groupStop));
                return true;
            }
            tracee.resume(0);
        } else if (stop instanceof Stop.Signalled signalled) {
            tracee.resume(signalled.signal());
        }
        return false;
    }

    /** The registers must be those outside of a restartable sequence, and this is the last moment to see it. */
    private static FrozenThread stand(Tracee tracee, int groupStop) throws IOException {
        Standing standing = Standing.of(tracee);
        return new FrozenThread(tracee, standing.registers(), standing.signalMask(), groupStop);
    }

    private static void requireOwnMemory(List<Node> tree) throws IOException {
        for (Node node : tree) {
            if (node.parent() != 0 && node.threads().length != 0 && ProcessMemory.shared(node.pid(), node.parent())) {
                throw new FreezeException("processes " + node.parent() + " and " + node.pid()
                        + " have one memory (clone(2) with CLONE_VM), which can not be moved yet");
            }
        }
    }

    /** A child whose parent ended meanwhile has left the tree. */
    private void releaseOthers(List<Node> tree) throws IOException {
        Map<Integer, Tracee> others = new LinkedHashMap<>(seized);
        for (Node node : tree) {
            for (int tid : node.threads()) {
                others.remove(tid);
            }
        }
        for (Tracee tracee : others.values()) {
            letGo(tracee);
        }
    }

    /** The last look found nothing that did not stand still before, so what it read stays true. */
    private List<FrozenTask> tasks(List<Node> tree) throws IOException {
        List<FrozenTask> tasks = new ArrayList<>();
        for (Node node : tree) {
            ProcStat stat =
                    node.stat() == null ? ProcDirectory.process(node.pid()).stat() : node.stat();
            List<FrozenThread> threads = new ArrayList<>();
            for (int tid : leaderFirst(node)) {
                threads.add(stopped.get(tid));
            }
            tasks.add(new FrozenTask(node.pid(), node.parent(), stat, List.copyOf(threads)));
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

    /**
     * Lets all run on. What waits in the kernel can be let go only after that, and what waits for very long only by
     * the end of this thread. Gives whether all run.
     */
    private boolean undo(Throwable cause) {
        for (Tracee tracee : seized.values()) {
            if (!stopped.containsKey(tracee.tid())) {
                askToStop(tracee, cause);
            }
        }
        long start = System.nanoTime();
        while (!seized.isEmpty() && System.nanoTime() - start < UNDO_NANOS) {
            for (Tracee tracee : List.copyOf(seized.values())) {
                try {
                    letGo(tracee);
                } catch (LinuxException e) {
                    cause.addSuppressed(e);
                }
            }
            LockSupport.parkNanos(REST_NANOS);
        }
        return seized.isEmpty();
    }

    /** Only a thread that stands can be given back. */
    private static void askToStop(Tracee tracee, Throwable cause) {
        try {
            interrupt(tracee);
        } catch (LinuxException e) {
            cause.addSuppressed(e);
        }
    }

    /** Gives a thread back, with the signal that it was about to take, if it stands. */
    private void letGo(Tracee tracee) throws LinuxException {
        int signal = 0;
        if (!stopped.containsKey(tracee.tid())) {
            Optional<Stop> stop = tracee.await(0);
            if (stop.isEmpty()) {
                return;
            }
            signal = stop.get() instanceof Stop.Signalled signalled ? signalled.signal() : 0;
        }
        seized.remove(tracee.tid());
        try {
            tracee.detach(signal);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
            FrozenTree.bury(tracee);
        }
    }
}
