package io.godwit.source.precopy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** Runs rounds until the policy says that the tree should be frozen. */
public final class PreCopyLoop {
    /** A tree that writes in bursts gets so many chances to be caught between two of them. */
    private static final int MOST_SURPRISES = 5;

    private final RoundSource source;
    private final PreCopyPolicy policy;
    private final PreCopyLimits limits;
    private final PreCopyListener listener;
    private final IntConsumer brake;
    private final LongSupplier nanoClock;

    /**
     * A loop to be run once.
     *
     * @param brake is told for how much of its time the tree has to stand still, in per cent
     * @param nanoClock {@code System::nanoTime}, or a test's
     */
    public PreCopyLoop(
            RoundSource source,
            PreCopyPolicy policy,
            PreCopyLimits limits,
            PreCopyListener listener,
            IntConsumer brake,
            LongSupplier nanoClock) {
        this.source = source;
        this.policy = policy;
        this.limits = limits;
        this.listener = listener;
        this.brake = brake;
        this.nanoClock = nanoClock;
    }

    /**
     * What the loop did.
     *
     * @param rounds in order, at least one
     * @param stop why it ended, and what the freeze should cost
     */
    public record Outcome(List<RoundStats> rounds, Decision.Stop stop, Duration elapsed) {}

    /**
     * Sends rounds; the tree runs all the while.
     *
     * @throws NotConvergingException if the policy gives up
     * @throws IOException if a round fails: the tree was not touched, the target is to be told
     */
    public Outcome run() throws IOException {
        long start = nanoClock.getAsLong();
        List<RoundStats> rounds = new ArrayList<>();
        int throttle = 0;
        int surprises = 0;
        while (true) {
            int round = rounds.size();
            listener.roundStarted(round);
            RoundStats stats = source.run(round).throttled(throttle);
            if (stats.round() != round) {
                throw new IllegalStateException("asked for round " + round + ", got the figures of " + stats.round());
            }
            rounds.add(stats);
            Decision decision = policy.decide(List.copyOf(rounds), limits);
            if (decision instanceof Decision.Stop stop) {
                stats = source.ready(stats);
                rounds.set(round, stats);
                decision = lookAgain(stop, policy.decide(List.copyOf(rounds), limits), surprises);
                surprises += decision instanceof Decision.Stop ? 0 : 1;
            }
            listener.roundFinished(stats, decision);
            if (decision instanceof Decision.Stop stop) {
                Duration elapsed = Duration.ofNanos(nanoClock.getAsLong() - start);
                return new Outcome(List.copyOf(rounds), stop, elapsed);
            } else if (decision instanceof Decision.GiveUp giveUp) {
                throw new NotConvergingException(giveUp, limits);
            } else if (decision instanceof Decision.Throttle more) {
                throttle = more.percent();
                brake.accept(throttle);
            }
        }
    }

    /** Between a round's end and the freeze the tree may have written so much that another round is better. */
    private static Decision lookAgain(Decision.Stop first, Decision second, int surprises) {
        if (second instanceof Decision.Stop) {
            return second;
        }
        boolean again = first.reason() == Decision.Reason.CONVERGED && surprises < MOST_SURPRISES;
        return again ? second : new Decision.Stop(first.reason(), second.prediction());
    }
}
