package io.godwit.source.precopy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Runs rounds until the policy says that the tree should be frozen. */
public final class PreCopyLoop {
    /** What was made ready for the freeze has only to be brought up to date for so long. */
    private static final long READY_NANOS = 1_000_000_000;

    /** The same in a sprint, in which to make it ready again costs the tree a sprint's weight, and what it writes meanwhile the sprint. */
    private static final long SPRINT_READY_NANOS = 5_000_000_000L;

    /** A tree whose mappings change all the time is frozen in the end. */
    private static final int MOST_UPDATES = 3;

    private final RoundSource source;
    private final PreCopyPolicy policy;
    private final Supplier<PreCopyLimits> limits;
    private final PreCopyListener listener;
    private final PreCopyControls controls;
    private final LongSupplier nanoClock;

    /**
     * A loop to be run once.
     *
     * @param limits asked for when a round is over, as what the freeze costs changes with the tree
     * @param nanoClock {@code System::nanoTime}, or a test's
     */
    public PreCopyLoop(
            RoundSource source,
            PreCopyPolicy policy,
            Supplier<PreCopyLimits> limits,
            PreCopyListener listener,
            PreCopyControls controls,
            LongSupplier nanoClock) {
        this.source = source;
        this.policy = policy;
        this.limits = limits;
        this.listener = listener;
        this.controls = controls;
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
        long readySince = start - SPRINT_READY_NANOS;
        int updates = 0;
        boolean sprint = false;
        while (true) {
            int round = rounds.size();
            listener.roundStarted(round);
            RoundStats stats = source.run(round).throttled(throttle);
            if (stats.round() != round) {
                throw new IllegalStateException("asked for round " + round + ", got the figures of " + stats.round());
            }
            rounds.add(stats);
            Decision decision = policy.decide(List.copyOf(rounds), limits.get());
            boolean tookTime = false;
            long readyFor = sprint ? SPRINT_READY_NANOS : READY_NANOS;
            if (nearsTheEnd(decision, sprint) && nanoClock.getAsLong() - readySince >= readyFor) {
                source.makeReady();
                readySince = nanoClock.getAsLong();
                tookTime = true;
            } else if (decision instanceof Decision.Stop) {
                tookTime = source.bringUpToDate() && updates++ < MOST_UPDATES;
            }
            if (decision instanceof Decision.Stop stop && tookTime) {
                stats = source.count(stats);
                rounds.set(round, stats);
                decision = lookAgain(stop, policy.decide(List.copyOf(rounds), limits.get()));
            }
            listener.roundFinished(stats, decision);
            if (decision instanceof Decision.Stop stop) {
                Duration elapsed = Duration.ofNanos(nanoClock.getAsLong() - start);
                return new Outcome(List.copyOf(rounds), stop, elapsed);
            } else if (decision instanceof Decision.GiveUp giveUp) {
                throw new NotConvergingException(giveUp, limits.get());
            } else if (decision instanceof Decision.Throttle more) {
                throttle = more.percent();
                controls.throttle(throttle);
            }
            sprint = decision instanceof Decision.Continue next && next.sprint();
            controls.sprint(sprint);
        }
    }

    /** A sprint is made ready for once, when it begins: what that takes would be written to in the middle of it. */
    private static boolean nearsTheEnd(Decision decision, boolean sprinting) {
        return decision instanceof Decision.Stop
                || decision instanceof Decision.Continue next && next.sprint() && !sprinting;
    }

    /**
     * While the freeze was made ready the tree may have written so much that another round is better, after which nothing is to
     * be made ready again unless it was a long one.
     */
    private static Decision lookAgain(Decision.Stop first, Decision second) {
        boolean again = first.reason() != Decision.Reason.MAX_ROUNDS;
        return second instanceof Decision.Stop || again
                ? second
                : new Decision.Stop(first.reason(), second.prediction());
    }
}
