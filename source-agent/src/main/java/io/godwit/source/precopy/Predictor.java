package io.godwit.source.precopy;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Predicts the downtime from the rounds, less what they waited for a processor and for their limit. Recent rounds weigh more, and a round weighs by its size: a
 * round of three pages says little of the bandwidth when a round of a gigabyte is known.
 */
final class Predictor {
    /** Weight of a round against the one after it. */
    private static final double DECAY = 0.5;

    /** Used until a page was sent: 100 MiB/s, a slow link, so that a guess errs on the long side. */
    private static final double ASSUMED_PAGES_PER_SECOND = 25_600;

    /** A round with this part of the largest one's pages is a small one. */
    private static final int SMALL = 4;

    private Predictor() {}

    static Prediction predict(List<RoundStats> rounds, Duration fixedCost) {
        RoundStats last = rounds.get(rounds.size() - 1);
        double bandwidth = pagesPerSecond(rounds, RoundStats::unlimitedNanos, fixedCost);
        double dirtyRate = dirtyPagesPerSecond(rounds);
        long pagesLeft = last.pagesLeft() != RoundStats.NOT_COUNTED ? last.pagesLeft() : estimateLeft(last, dirtyRate);
        long sendNanos = (long) (pagesLeft / bandwidth * 1e9);
        Duration copy = Duration.ofNanos(sendNanos + last.scanNanos());
        return new Prediction(
                pagesLeft, pagesPerSecond(rounds, RoundStats::workNanos, fixedCost), dirtyRate, copy, fixedCost);
    }

    /** Rounds taken together, the recent ones for more. */
    private record Mean(double pages, double bytes, double nanos) {
        static Mean of(List<RoundStats> rounds, ToLongFunction<RoundStats> work, long mostPages) {
            double pages = 0;
            double bytes = 0;
            double nanos = 0;
            double weight = 0;
            for (RoundStats round : rounds) {
                if (round.pagesSent() > 0 && round.pagesSent() <= mostPages) {
                    pages = pages * DECAY + round.pagesSent();
                    bytes = bytes * DECAY + round.bytesSent();
                    nanos = nanos * DECAY + Math.max(1, work.applyAsLong(round));
                    weight = weight * DECAY + 1;
                }
            }
            double count = Math.max(1, weight);
            return new Mean(pages / count, bytes / count, nanos / count);
        }

        double bytesPerPage() {
            return bytes / pages;
        }

        double nanosPerPage() {
            return nanos / pages;
        }
    }

    /**
     * A round has a part that does not depend on its pages too: to tell the shape of the tree, and to wait for the answer. In small
     * rounds it is most of their time. What a page takes is what the largest round took for its pages beyond a small one's; but a
     * round has no larger fixed part than the freeze, so that a link which has become slow is seen in small rounds also. The largest
     * round is the first in most, and much of it may have been zeros or easily compressed: the price grows with the bytes of a page.
     */
    private static double pagesPerSecond(List<RoundStats> rounds, ToLongFunction<RoundStats> work, Duration fixedCost) {
        long largest = rounds.stream().mapToLong(RoundStats::pagesSent).max().orElse(0);
        if (largest == 0) {
            return ASSUMED_PAGES_PER_SECOND;
        }
        Mean all = Mean.of(rounds, work, Long.MAX_VALUE);
        Mean small = Mean.of(rounds, work, largest / SMALL);
        if (small.pages() == 0) {
            return 1e9 / all.nanosPerPage();
        }
        RoundStats large = rounds.stream()
                .filter(round -> round.pagesSent() == largest)
                .max(Comparator.comparingLong(work))
                .orElseThrow();
        double heavier = small.bytesPerPage() * largest / Math.max(1, large.bytesSent());
        double beyond = (work.applyAsLong(large) - small.nanos()) / (largest - small.pages()) * Math.max(1, heavier);
        double least = (small.nanos() - fixedCost.toNanos()) / small.pages();
        double page = Math.min(small.nanosPerPage(), Math.max(beyond, least));
        return 1e9 / (page > 0 ? page : all.nanosPerPage());
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
