package io.godwit.source.collect;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStat;
import io.godwit.linux.proc.ProcStatus;
import io.godwit.source.freeze.FrozenTask;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The numbers that processes have in the images: those in the tree's own pid namespace, and if it has none those that they have here. */
public final class TreePids {
    /** They have the same numbers as here. */
    public static final TreePids SAME = new TreePids(false);

    private final boolean other;
    private final Map<Integer, Integer> threads = new HashMap<>();

    private TreePids(boolean other) {
        this.other = other;
    }

    /** Those of a pid namespace below that of this process. */
    static TreePids inner() {
        return new TreePids(true);
    }

    /** Whether they have other numbers than here. */
    public boolean areOther() {
        return other;
    }

    /** The number of a process. */
    public int process(int pid) throws IOException {
        return thread(pid, pid);
    }

    /** The number of a thread. */
    synchronized int thread(int pid, int tid) throws IOException {
        if (!other) {
            return tid;
        }
        Integer known = threads.get(tid);
        if (known == null) {
            known = last(ProcDirectory.thread(pid, tid).status().namespacePids());
            threads.put(tid, known);
        }
        return known;
    }

    /** What a task has as its parent: 0 for the root. */
    int parent(FrozenTask task) throws IOException {
        return task.parent() == 0 ? 0 : process(task.parent());
    }

    /** Process group and session of a task; 0 for one whose leader is outside of the namespace. */
    Leaders leaders(FrozenTask task) throws IOException {
        if (!other) {
            ProcStat stat = task.stat();
            return new Leaders(stat.processGroup(), stat.session());
        }
        ProcStatus status = ProcDirectory.process(task.pid()).status();
        return new Leaders(last(status.namespaceGroups()), last(status.namespaceSessions()));
    }

    /** Numbers of a process group and a session. */
    record Leaders(int group, int session) {}

    private static int last(int[] numbers) {
        return numbers[numbers.length - 1];
    }
}
