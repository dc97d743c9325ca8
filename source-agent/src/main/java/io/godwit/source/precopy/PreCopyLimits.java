package io.godwit.source.precopy;

import java.time.Duration;

/**
 * What the user allows, and what the frozen path costs without its pages.
 *
 * @param downtimeLimit stop the tree once the predicted downtime is below this
 * @param maxRounds send at most so many rounds while the tree runs, at least 1
 * @param fixedCost the part of the downtime that more rounds can not shrink: freeze, collect, restore, commit
 */
public record PreCopyLimits(Duration downtimeLimit, int maxRounds, Duration fixedCost) {
    public static final Duration DEFAULT_DOWNTIME_LIMIT = Duration.ofMillis(30);
    public static final int DEFAULT_MAX_ROUNDS = 30;

    public PreCopyLimits {
        if (downtimeLimit.isNegative() || fixedCost.isNegative()) {
            throw new IllegalArgumentException("a limit and a cost can not be negative");
        }
        if (maxRounds < 1) {
            throw new IllegalArgumentException("at least one round is needed to send the memory");
        }
    }

    /** The defaults with a fixed cost. */
    public static PreCopyLimits defaults(Duration fixedCost) {
        return new PreCopyLimits(DEFAULT_DOWNTIME_LIMIT, DEFAULT_MAX_ROUNDS, fixedCost);
    }
}
