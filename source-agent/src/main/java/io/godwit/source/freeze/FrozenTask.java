package io.godwit.source.freeze;

import io.godwit.linux.proc.ProcStat;
import java.util.List;

/**
 * A process that stands still, or a zombie of the tree.
 *
 * @param parent pid of its parent in the tree, 0 for the root
 * @param stat as read while it stood still
 * @param threads leader first; empty for a zombie
 */
public record FrozenTask(int pid, int parent, ProcStat stat, List<FrozenThread> threads) {
    public boolean zombie() {
        return threads.isEmpty();
    }

    public FrozenThread leader() {
        return threads.get(0);
    }

    /** Whether a stop signal had stopped it before Godwit came. */
    public boolean stopped() {
        return !zombie() && leader().groupStop() != 0;
    }

    /** Tells this task from a later one with the same pid. */
    public TaskIdentity identity() {
        return new TaskIdentity(pid, stat.startTime());
    }
}
