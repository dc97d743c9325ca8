package io.godwit.source.precopy;

import java.time.Duration;
import java.util.List;

/**
 * Stops when the predicted downtime is under the limit and one more round would not make it much less, when rounds stop helping, or when there
 * were enough.
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

    /** The same for rounds that go before the tree, of which each takes more from it. */
    static final long SPRINT_PATIENCE_NANOS = 120_000_000;

    /**
     * A gain is a copy time of at most this part of the best before; in rounds that go before the tree a downtime of that, as they
     * cost the tree more than the few milliseconds that it would stand still for less.
     */
    static final double GAIN_FACTOR = 0.9;

    /** When the pages left take less than this part of what the freeze costs without them, that is all there is. */
    static final double NEGLIGIBLE_PAGES = 0.1;

    /** Rounds that should be over so soon go before the tree. */
    static final double SPRINT_SECONDS = 0.3;

    /** A round at leisure is worth its time if it leaves at most this part of what the one before left. */
    static final double LEISURE_GAIN = 0.5;

    /** The same of the first one, and of all pages: it took the longest, so that the next leaves as much if the tree writes to other pages all the time. */
    static final double FIRST_GAIN = 1.0 / 3;

    /** What costs at most so many times the best of the last rounds is a good moment to stop. */
    static final double GOOD_MOMENT = 1.25;

    /** A sprint before which so much is left is none, unless it helps. */
    static final long LOST_SPRINT_NANOS = 3_000_000_000L;

    /** It is the processor that a round waits for if that is so much of its time. */
    static final double HELD_UP_PART = 0.25;

    /** Under the limit another round is worth its time if it spares the tree so much of its downtime, */
    static final long WORTH_NANOS = 4_000_000;

    /** and this part of it. */
    static final double WORTH_PART = 0.25;

    /** So many times longer than for rounds that bring a gain is waited for a good moment. */
    static final int MOMENT_PATIENCE = 3;

    private final boolean another;

    /** @param another whether there may be a round more though the limit is held, after which it may not be */
    public DowntimePolicy(boolean another) {
        this.another = another;
    }

    @Override
    public Decision decide(List<RoundStats> rounds, PreCopyLimits limits) {
        Prediction prediction = Predictor.predict(rounds, limits.fixedCost());
        if (isHeld(prediction, limits)) {
            return another
                            && rounds.size() < limits.maxRounds()
                            && isHeldAtLast(rounds, limits)
                            && isAnotherWorthIt(prediction, rounds)
                    ? new Decision.Continue(true, prediction)
                    : new Decision.Stop(Decision.Reason.CONVERGED, prediction);
        }
        Duration leastDowntime = limits.fixedCost().plusNanos(scanNanos(rounds));
        boolean hopeless = leastDowntime.compareTo(limits.downtimeLimit()) >= 0;
        if (hopeless && addNextToNothing(prediction, leastDowntime)) {
            return new Decision.Stop(Decision.Reason.FIXED_COST, prediction);
        }
        if (rounds.size() >= limits.maxRounds()) {
            return new Decision.Stop(Decision.Reason.MAX_ROUNDS, prediction);
        }
        boolean sprint = sprints(rounds, limits.fixedCost());
        Costs costs = new Costs(rounds, limits.fixedCost(), sprint, hopeless);
        if (costs.noGain(1) && costs.isGoodMoment() || costs.noGain(MOMENT_PATIENCE)) {
            return new Decision.Stop(Decision.Reason.NO_PROGRESS, prediction);
        }
        return new Decision.Continue(sprint, prediction);
    }

    private static boolean isHeld(Prediction prediction, PreCopyLimits limits) {
        return prediction.downtime().compareTo(limits.downtimeLimit()) < 0;
    }

    /** For the first time: there is one round more, which may have met a burst, and not several. */
    private static boolean isHeldAtLast(List<RoundStats> rounds, PreCopyLimits limits) {
        for (int count = 1; count < rounds.size(); count++) {
            if (isHeld(Predictor.predict(rounds.subList(0, count), limits.fixedCost()), limits)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAnotherWorthIt(Prediction now, List<RoundStats> rounds) {
        long pages = now.copy().toNanos() - rounds.get(rounds.size() - 1).scanNanos();
        double spared = pages * (1 - now.dirtyPagesPerSecond() / now.pagesPerSecond());
        return isSoonOver(now)
                && spared >= WORTH_NANOS
                && spared >= WORTH_PART * now.downtime().toNanos();
    }

    /**
     * Rounds that should be soon over go before the tree, and so do those after one at leisure that did not help, as it waited for a processor.
     * Once begun, a sprint goes on: after one round at leisure, because of a burst of writes, all would be to be done again. It ends
     * when so much has been written that it is no sprint any more.
     */
    private static boolean sprints(List<RoundStats> rounds, Duration fixedCost) {
        boolean sprint = false;
        for (int count = 1; count <= rounds.size(); count++) {
            Prediction then = Predictor.predict(rounds.subList(0, count), fixedCost);
            boolean lost = then.copy().toNanos() > LOST_SPRINT_NANOS;
            boolean helped = !leftMuch(rounds, count);
            sprint = sprint
                    ? !lost || helped
                    : isSoonOver(then) || !helped && waits(rounds.get(count - 1)) && (count > 1 || !lost);
        }
        return sprint;
    }

    private static boolean isSoonOver(Prediction then) {
        double gain = then.pagesPerSecond() - then.dirtyPagesPerSecond();
        return gain > 0 && then.pagesLeft() / gain <= SPRINT_SECONDS;
    }

    /** Whether a round left hardly less than the one before, or the first one much of all. */
    private static boolean leftMuch(List<RoundStats> rounds, int count) {
        RoundStats last = rounds.get(count - 1);
        return count > 1
                ? last.pagesLeft() > LEISURE_GAIN * rounds.get(count - 2).pagesLeft()
                : last.pagesLeft() > FIRST_GAIN * last.pagesSent();
    }

    /**
     * A host that is busy all the time gives a round at leisure no more of it. What such rounds tell of the speed is no reason against
     * others: beside a busy tree they were eight times slower than the freeze.
     */
    private static boolean waits(RoundStats round) {
        return round.waitNanos() > HELD_UP_PART * round.sendNanos();
    }

    /** What a look for written pages takes when nothing holds it up. */
    private static long scanNanos(List<RoundStats> rounds) {
        return rounds.subList(Math.max(0, rounds.size() - PATIENCE_ROUNDS), rounds.size()).stream()
                .mapToLong(RoundStats::scanNanos)
                .min()
                .orElseThrow();
    }

    /** Whether that can be said of the pages that are left; to look for them is a part of the least. */
    private static boolean addNextToNothing(Prediction prediction, Duration leastDowntime) {
        double pagesNanos = prediction.downtime().minus(leastDowntime).toNanos();
        return pagesNanos <= NEGLIGIBLE_PAGES * leastDowntime.toNanos();
    }

    /**
     * What a freeze would have cost after each of the rounds.
     *
     * @param sprint the last of them go before the tree
     * @param hopeless the limit is not held however few pages are left: a sprint only follows the tree then, and is not worth its patience
     */
    private record Costs(List<RoundStats> rounds, Duration fixedCost, boolean sprint, boolean hopeless) {
        boolean noGain(int times) {
            int before = roundsBeforePatience(times);
            return before >= 1 && best(before + 1, rounds.size()) > GAIN_FACTOR * best(1, before);
        }

        boolean isGoodMoment() {
            return after(rounds.size()) <= GOOD_MOMENT * best(roundsBeforePatience(1) + 1, rounds.size());
        }

        private int roundsBeforePatience(int times) {
            long patience = !sprint ? PATIENCE_NANOS : hopeless ? 0 : SPRINT_PATIENCE_NANOS;
            int before = rounds.size();
            long nanos = 0;
            while (before > 0 && (rounds.size() - before < times * PATIENCE_ROUNDS || nanos < times * patience)) {
                before--;
                nanos += rounds.get(before).nanos();
            }
            return before;
        }

        /** The least predicted after any of the rounds with these counts, in nanoseconds. */
        private long best(int fromCount, int toCount) {
            long best = Long.MAX_VALUE;
            for (int count = fromCount; count <= toCount; count++) {
                best = Math.min(best, after(count));
            }
            return best;
        }

        private long after(int count) {
            Prediction then = Predictor.predict(rounds.subList(0, count), fixedCost);
            return (sprint ? then.downtime() : then.copy()).toNanos();
        }
    }
}
