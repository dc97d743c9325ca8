package io.godwit.source.track;

import io.godwit.linux.proc.ProcStat;

/**
 * A process as far as the target's copy of it is the same one. A pid can be used again, and a process that got another
 * parent or session is made anew at the target, so all of its pages must travel again.
 *
 * @param startTime clock ticks after boot
 */
public record TrackedTask(int pid, long startTime, int parent, int session) {
    /** The process that has a pid, by what /proc says of it. */
    public static TrackedTask of(int pid, ProcStat stat) {
        return new TrackedTask(pid, stat.startTime(), stat.parent(), stat.session());
    }
}
