package io.godwit.source.freeze;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.machine.RestartableSequence;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStat;
import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Stop;
import io.godwit.linux.trace.Tracee;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stops every thread of a process tree. All threads known are asked to stop before the first is waited
 * for; then it looks again, until a look finds no thread or child that does not stand still. Nothing new
 * can appear once all that could make it stand still.
 */
public final class TreeFreezer {
    private static final int MAX_LOOKS = 100;

    private final Map<Integer, Tracee> seized = new LinkedHashMap<>();
    private final Map<Integer, FrozenThread> stopped = new LinkedHashMap<>();

    private TreeFreezer() {}

    /**
     * Freezes the tree below a process.
     *
     * @throws IOException if it can not be frozen; what was stopped runs on
     */
    public static FrozenTree freeze(int root) throws IOException {
        TreeFreezer freezer = new TreeFreezer();
        try {
            return freezer.stopAll(root);
        } catch (IOException | RuntimeException e) {
            freezer.undo(e);
            throw e;
        }
    }

    private FrozenTree stopAll(int root) throws IOException {
        for (int look = 0; look < MAX_LOOKS; look++) {
            List<Node> tree = look(root);
            List<Tracee> asked = new ArrayList<>();
            for (Node node : tree) {
                for (int tid : node.threads()) {
                    ask(tid, asked);
                }
            }
            if (asked.isEmpty()) {
                return new FrozenTree(tasks(tree));
            }
            for (Tracee tracee : asked) {
                settle(tracee);
            }
        }
        throw new FreezeException("process " + root + " makes threads or children faster than they can be stopped; "
                + "freeze it by a cgroup freezer first, or try again when it is calmer");
    }

    private record Node(int pid, int parent, int[] threads) {}

    private static List<Node> look(int root) throws IOException {
        List<Node> tree = new ArrayList<>();
        collect(root, 0, tree);
        return tree;
    }

    private static void collect(int pid, int parent, List<Node> tree) throws IOException {
        ProcDirectory process = ProcDirectory.process(pid);
        List<Integer> children = new ArrayList<>();
        int[] threads;
        try {
            if (process.stat().zombie() && process.threads().length <= 1) {
                tree.add(new Node(pid, parent, new int[0]));
                return;
            }
            threads = process.threads();
            for (int tid : threads) {
                for (int child : ProcDirectory.thread(pid, tid).children()) {
                    children.add(child);
                }
            }
        } catch (IOException e) {
            if (parent == 0) {
                throw e;
            }
            return;
        }
        tree.add(new Node(pid, parent, threads));
        for (int child : children) {
            collect(child, pid, tree);
        }
    }

    private void ask(int tid, List<Tracee> asked) throws LinuxException {
        if (seized.containsKey(tid)) {
            return;
        }
        try {
            Tracee tracee = Tracee.seize(tid, 0);
            seized.put(tid, tracee);
            tracee.interrupt();
            asked.add(tracee);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    /** A thread may be about to take a signal when it is asked to stop: it is let take it, and stops after. */
    private void settle(Tracee tracee) throws IOException {
        while (true) {
            Stop stop = tracee.await();
            if (stop.gone()) {
                seized.remove(tracee.tid());
                return;
            }
            if (stop instanceof Stop.Event event) {
                if (event.event() == Tracee.EVENT_STOP) {
                    int groupStop = event.signal() == Tracee.SIGTRAP ? 0 : event.signal();
                    stopped.put(
                            tracee.tid(), new FrozenThread(tracee, tracee.registers(), tracee.signalMask(), groupStop));
                    return;
                }
                tracee.resume(0);
            } else if (stop instanceof Stop.Signalled signalled) {
                tracee.resume(signalled.signal());
            }
        }
    }

    /** The registers must be those outside of a restartable sequence, and this is the last moment to see it. */
    private static FrozenThread stand(Tracee tracee, int groupStop) throws IOException {
        Registers registers = RestartableSequence.leave(tracee, tracee.registers());
        return new FrozenThread(tracee, registers, tracee.signalMask(), groupStop);
    }

    private List<FrozenTask> tasks(List<Node> tree) throws IOException {
        List<FrozenTask> tasks = new ArrayList<>();
        for (Node node : tree) {
            ProcStat stat = ProcDirectory.process(node.pid()).stat();
            List<FrozenThread> threads = new ArrayList<>();
            for (int tid : leaderFirst(node)) {
                if (!stopped.containsKey(tid)) {
                    throw new FreezeException("the leader of process " + node.pid()
                            + " has ended and other threads go on; that can not be moved");
                }
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

    private void undo(Exception cause) {
        for (Tracee tracee : seized.values()) {
            try {
                if (!stopped.containsKey(tracee.tid())) {
                    tracee.await();
                }
                tracee.detach(0);
            } catch (LinuxException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
