package io.godwit.source.precopy;

import java.time.Duration;

/**
 * The part of the downtime that does not depend on the number of dirty pages. What the steps of a tree cost, beside those
 * of a single process, was measured once; how fast these hosts are now is learnt from what a process of our own took in the
 * rehearsal of this very migration.
 */
public final class FixedCost {
    /** What the rehearsal's process takes at best, without a tree at the target, where the others of these figures were measured. */
    private static final Duration REHEARSAL = Duration.ofMillis(5);

    /** The process, with its restore at the target. */
    private static final Duration BASE = Duration.ofMillis(9);

    /** One machine batch that collects a task, one that finishes it at the target. */
    private static final Duration PER_TASK = Duration.ofNanos(1_000_000);

    /** Interrupt, registers and FPU state at both ends: a few ptrace calls of some 10 us each. */
    private static final Duration PER_THREAD = Duration.ofNanos(330_000);

    /** The end of the last round, the restore and the commit are each answered. */
    private static final int ROUND_TRIPS = 3;

    /** A rehearsal goes after other programs, and the freeze before them: a slow one is only believed so far. */
    private static final double MOST_SLOWER = 2;

    private static final double LEAST_SLOWER = 0.75;

    private FixedCost() {}

    /**
     * The cost for a tree.
     *
     * @param rehearsed what the rehearsal's process took at best
     * @param roundTrip to the target and back
     */
    public static Duration of(int tasks, int threads, Duration rehearsed, Duration roundTrip) {
        Duration here = BASE.plus(PER_TASK.multipliedBy(tasks - 1)).plus(PER_THREAD.multipliedBy(threads - tasks));
        double slower = (double) rehearsed.toNanos() / REHEARSAL.toNanos();
        double believed = Math.min(MOST_SLOWER, Math.max(LEAST_SLOWER, slower));
        return Duration.ofNanos((long) (here.toNanos() * believed)).plus(roundTrip.multipliedBy(ROUND_TRIPS));
    }
}
