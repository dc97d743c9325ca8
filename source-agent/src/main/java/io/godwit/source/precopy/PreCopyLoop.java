package io.godwit.source.precopy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** Runs rounds until the policy says that the tree should be frozen. */
public final class PreCopyLoop {
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
        while (true) {
            int round = rounds.size();
            listener.roundStarted(round);
            RoundStats stats = source.run(round).throttled(throttle);
            if (stats.round() != round) {
                throw new IllegalStateException("asked for round " + round + ", got the figures of " + stats.round());
            }
            rounds.add(stats);
            Decision decision = policy.decide(List.copyOf(rounds), limits);
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
}
