package io.godwit.source.precopy;

import io.godwit.page.protocol.HostCost;
import java.time.Duration;
import java.util.Optional;

/**
 * The part of the downtime that does not depend on the number of dirty pages: what both hosts took for trees of their own, with more
 * processes and threads or fewer, in the rehearsals before this migration.
 */
public final class FixedCost {
    /** The end of the last round, the restore and the commit are each answered. */
    private static final int ROUND_TRIPS = 3;

    /** In a row of rehearsals each finds warm caches and awake processors; a freeze comes once, after seconds of rounds. */
    private static final double COLD = 1.5;

    /** A target that was held up when it rehearsed is only believed so far, beside this host. */
    private static final int MOST_SLOWER = 4;

    private FixedCost() {}

    /**
     * The cost for a tree.
     *
     * @param source what this host needs
     * @param target the same of the target; one that has not rehearsed yet is taken for as slow as this host
     * @param roundTrip to the target and back
     */
    public static Duration of(int tasks, int threads, HostCost source, Optional<HostCost> target, Duration roundTrip) {
        HostCost both = source.plus(target.orElse(source).atMost(source.times(MOST_SLOWER)));
        return both.of(tasks, threads)
                .plus(Duration.ofNanos((long) (both.tree().toNanos() * (COLD - 1))))
                .plus(roundTrip.multipliedBy(ROUND_TRIPS));
    }
}
