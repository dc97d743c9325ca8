package io.godwit.target.restore;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStat;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The pids that a tree is to have on this host may still be taken: after a dump has ended a tree, until the parent of its root has
 * waited for it, which some parents and inits do late.
 */
final class TakenPids {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private TakenPids() {}

    /** Waits until none of these pids belongs to a process that has ended and is not buried yet, or for some seconds. */
    static void awaitBurial(Collection<Integer> pids) {
        long end = System.nanoTime() + LIMIT.toNanos();
        for (int pid : pids) {
            while (hasEnded(pid) && System.nanoTime() < end) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private static boolean hasEnded(int pid) {
        return stat(pid).filter(ProcStat::ending).isPresent();
    }

    /** Who has a pid, and what to do about it. */
    static String holder(int pid) {
        Optional<ProcStat> holder = stat(pid);
        if (holder.isEmpty()) {
            return "a process group or session of this number is still there, or what had it is just ending; end its"
                    + " processes (ps -eo pid,pgid,sid,comm)";
        }
        String name = "'" + holder.get().comm() + "' on this host has it";
        if (!holder.get().ending()) {
            return name + "; end that process, or restore in a pid namespace of its own";
        }
        int parent = holder.get().parent();
        return name + " and has ended, but its parent " + parent
                + stat(parent).map(of -> " ('" + of.comm() + "')").orElse("")
                + " has not waited for it yet; restore when it has,"
                + " or end the parent";
    }

    private static Optional<ProcStat> stat(int pid) {
        try {
            return Optional.of(ProcDirectory.process(pid).stat());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
