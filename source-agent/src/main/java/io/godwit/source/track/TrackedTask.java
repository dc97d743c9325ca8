package io.godwit.source.track;

import io.godwit.linux.proc.ProcStat;
import io.godwit.source.freeze.FrozenTask;
import io.godwit.source.freeze.FrozenTree;
import java.util.HashMap;
import java.util.Map;

/**
 * A process as far as the target's copy of it is the same one. A pid can be used again, and a process that got another
 * parent, session or controlling terminal is made anew at the target with all that descend from it, so all of their pages must travel again.
 *
 * @param startTime clock ticks after boot
 * @param terminal the device of its controlling terminal, 0 for none
 * @param above its parent if that is of the tree, else null
 */
public record TrackedTask(int pid, long startTime, int parent, int session, int terminal, TrackedTask above) {
    /** The root of a tree, by what /proc says of it. */
    public static TrackedTask of(int pid, ProcStat stat) {
        return of(pid, stat, null);
    }

    /** The process that has a pid, by what /proc says of it. */
    static TrackedTask of(int pid, ProcStat stat, TrackedTask above) {
        return new TrackedTask(pid, stat.startTime(), stat.parent(), stat.session(), stat.terminal(), above);
    }

    /** All processes of a tree, by pid. */
    public static Map<Integer, TrackedTask> of(FrozenTree tree) {
        Map<Integer, TrackedTask> tasks = new HashMap<>();
        for (FrozenTask task : tree.tasks()) {
            tasks.put(task.pid(), of(task.pid(), task.stat(), tasks.get(task.parent())));
        }
        return tasks;
    }

    /** Whether this is what /proc says of the pid now. */
    boolean is(ProcStat now) {
        return of(pid, now, above).equals(this);
    }
}
