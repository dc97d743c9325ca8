package io.godwit.source.precopy;

import java.util.List;

/** Decides after each round. Implementations are pure: the same rounds give the same decision. */
@FunctionalInterface
public interface PreCopyPolicy {
    /**
     * Decides.
     *
     * @param rounds all rounds so far, in order, at least one
     */
    Decision decide(List<RoundStats> rounds, PreCopyLimits limits);
}
