package io.godwit.source.precopy;

import java.time.Duration;
import java.util.List;

/**
 * Stops when the predicted downtime is under the limit, when rounds stop helping, or when there were enough.
 *
 * <p>"Rounds stop helping" compares the best prediction of the last rounds with the best before them. So one
 * burst of writes does not end the rounds, but a tree that writes faster than the link does after a few, and then at a
 * moment that is about as good as the best of them was.
 */
public final class DowntimePolicy implements PreCopyPolicy {
    /** So many rounds in a row without a gain end the pre-copy; one or two may be a burst. */
    static final int PATIENCE_ROUNDS = 3;

    /** Those rounds must last so long together, as rounds can be much shorter than a burst. */
    static final long PATIENCE_NANOS = 500_000_000;

    /** A gain is a copy time of at most this part of the best before. */
    static final double GAIN_FACTOR = 0.9;

    /** When the pages left take less than this part of the fixed cost, the fixed cost is all there is. */
    static final double NEGLIGIBLE_COPY = 0.1;

    /** Rounds that should be over so soon go before the tree. */
    static final double SPRINT_SECONDS = 0.3;

    /** A copy of at most so many times the best one of the last rounds is a good moment to stop. */
    static final double GOOD_MOMENT = 1.25;

    /** So many times longer than for rounds that bring a gain is waited for a good moment. */
    static final int MOMENT_PATIENCE = 3;

    @Override
    public Decision decide(List<RoundStats> rounds, PreCopyLimits limits) {
        Prediction prediction = Predictor.predict(rounds, limits.fixedCost());
        if (prediction.downtime().compareTo(limits.downtimeLimit()) < 0) {
            return new Decision.Stop(Decision.Reason.CONVERGED, prediction);
        }
        if (onlyFixedCostIsLeft(prediction, limits)) {
            return new Decision.Stop(Decision.Reason.FIXED_COST, prediction);
        }
        if (rounds.size() >= limits.maxRounds()) {
            return new Decision.Stop(Decision.Reason.MAX_ROUNDS, prediction);
        }
        if (noGain(rounds, limits.fixedCost(), 1) && isGoodMoment(rounds, prediction, limits.fixedCost())
                || noGain(rounds, limits.fixedCost(), MOMENT_PATIENCE)) {
            return new Decision.Stop(Decision.Reason.NO_PROGRESS, prediction);
        }
        return new Decision.Continue(soonOver(prediction), prediction);
    }

    private static boolean soonOver(Prediction prediction) {
        double gain = prediction.pagesPerSecond() - prediction.dirtyPagesPerSecond();
        return gain > 0 && prediction.pagesLeft() / gain <= SPRINT_SECONDS;
    }

    private static boolean isGoodMoment(List<RoundStats> rounds, Prediction now, Duration fixedCost) {
        int lately = roundsBeforePatience(rounds, 1) + 1;
        return now.copy().toNanos() <= GOOD_MOMENT * bestCopyNanos(rounds, lately, rounds.size(), fixedCost);
    }

    private static boolean onlyFixedCostIsLeft(Prediction prediction, PreCopyLimits limits) {
        boolean hopeless = limits.fixedCost().compareTo(limits.downtimeLimit()) >= 0;
        double copyNanos = prediction.copy().toNanos();
        return hopeless && copyNanos <= NEGLIGIBLE_COPY * limits.fixedCost().toNanos();
    }

    private static boolean noGain(List<RoundStats> rounds, Duration fixedCost, int times) {
        int before = roundsBeforePatience(rounds, times);
        if (before < 1) {
            return false;
        }
        long bestBefore = bestCopyNanos(rounds, 1, before, fixedCost);
        long bestLately = bestCopyNanos(rounds, before + 1, rounds.size(), fixedCost);
        return bestLately > GAIN_FACTOR * bestBefore;
    }

    private static int roundsBeforePatience(List<RoundStats> rounds, int times) {
        int before = rounds.size();
        long nanos = 0;
        while (before > 0 && (rounds.size() - before < times * PATIENCE_ROUNDS || nanos < times * PATIENCE_NANOS)) {
            before--;
            nanos += rounds.get(before).nanos();
        }
        return before;
    }

    /** The least copy time predicted after any of the rounds with these counts. */
    private static long bestCopyNanos(List<RoundStats> rounds, int fromCount, int toCount, Duration fixedCost) {
        long best = Long.MAX_VALUE;
        for (int count = fromCount; count <= toCount; count++) {
            Duration copy =
                    Predictor.predict(rounds.subList(0, count), fixedCost).copy();
            best = Math.min(best, copy.toNanos());
        }
        return best;
    }
}
