package io.godwit.source.precopy;

import java.time.Duration;
import java.util.List;

/**
 * Predicts the downtime from the rounds. Recent rounds weigh more, and a round weighs by its size: a
 * round of three pages says little of the bandwidth when a round of a gigabyte is known.
 */
final class Predictor {
    /** Weight of a round against the one after it. */
    private static final double DECAY = 0.5;

    /** Used until a page was sent: 100 MiB/s, a slow link, so that a guess errs on the long side. */
    private static final double ASSUMED_PAGES_PER_SECOND = 25_600;

    private Predictor() {}

    static Prediction predict(List<RoundStats> rounds, Duration fixedCost) {
        RoundStats last = rounds.get(rounds.size() - 1);
        double bandwidth = pagesPerSecond(rounds);
        double dirtyRate = dirtyPagesPerSecond(rounds);
        long pagesLeft = last.pagesLeft() != RoundStats.NOT_COUNTED ? last.pagesLeft() : estimateLeft(last, dirtyRate);
        long sendNanos = (long) (pagesLeft / bandwidth * 1e9);
        Duration copy = Duration.ofNanos(sendNanos + last.scanNanos());
        return new Prediction(pagesLeft, bandwidth, dirtyRate, copy, fixedCost);
    }

    private static double pagesPerSecond(List<RoundStats> rounds) {
        double pages = 0;
        double nanos = 0;
        for (RoundStats round : rounds) {
            if (round.pagesSent() > 0) {
                pages = pages * DECAY + round.pagesSent();
                nanos = nanos * DECAY + Math.max(1, round.sendNanos());
            }
        }
        return pages == 0 ? ASSUMED_PAGES_PER_SECOND : pages / nanos * 1e9;
    }

    /** Where a round told no interval (round 0), what was left at its end is the best sign of the rate. */
    private static double dirtyPagesPerSecond(List<RoundStats> rounds) {
        double pages = 0;
        double nanos = 0;
        for (RoundStats round : rounds) {
            if (round.sincePreviousNanos() > 0) {
                pages = pages * DECAY + round.pagesDirty();
                nanos = nanos * DECAY + round.sincePreviousNanos();
            }
        }
        RoundStats last = rounds.get(rounds.size() - 1);
        if (nanos == 0 && last.pagesLeft() != RoundStats.NOT_COUNTED && last.nanos() > 0) {
            return last.pagesLeft() * 1e9 / last.nanos();
        }
        return nanos == 0 ? 0 : pages / nanos * 1e9;
    }

    /**
     * Without a count: the higher of the average and the last rate, over the time that the round took. After
     * round 0 no rate is known, and all pages may have been written again.
     */
    private static long estimateLeft(RoundStats last, double averageRate) {
        if (last.sincePreviousNanos() == 0) {
            return last.pagesDirty();
        }
        double rate = Math.max(averageRate, last.dirtyPagesPerSecond());
        return (long) Math.ceil(rate * last.nanos() / 1e9);
    }
}
