package io.godwit.source.precopy;

import java.util.List;
import java.util.Optional;

/** Adds to another policy what the user wants for a tree that would stand still for longer than the limit. */
public final class ConvergencePolicy implements PreCopyPolicy {
    /** Per cent of its time that the tree has to stand still, one after the other. */
    private static final List<Integer> STEPS = List.of(20, 40, 60, 80, 95);

    /** Rounds after which a throttle that does not help is raised: the first still has what was written before it. */
    private static final int PATIENCE_ROUNDS = 3;

    private final PreCopyPolicy policy;
    private final OnNoConvergence wanted;

    /** Asks another policy first. */
    public ConvergencePolicy(PreCopyPolicy policy, OnNoConvergence wanted) {
        this.policy = policy;
        this.wanted = wanted;
    }

    @Override
    public Decision decide(List<RoundStats> rounds, PreCopyLimits limits) {
        List<RoundStats> alike = sinceLastThrottle(rounds);
        int earlier = rounds.size() - alike.size();
        Decision decision = policy.decide(
                alike, new PreCopyLimits(limits.downtimeLimit(), limits.maxRounds() - earlier, limits.fixedCost()));
        int percent = alike.get(0).throttlePercent();
        if (decision instanceof Decision.Continue && percent > 0 && helpsNot(alike, limits)) {
            return harder(percent)
                    .<Decision>map(step -> new Decision.Throttle(step, decision.prediction()))
                    .orElse(decision);
        }
        if (!(decision instanceof Decision.Stop stop) || stop.reason() == Decision.Reason.CONVERGED) {
            return decision;
        }
        return switch (wanted) {
            case STOP -> stop;
            case GIVE_UP -> new Decision.GiveUp(stop.reason(), stop.prediction());
            case THROTTLE -> stop.reason() == Decision.Reason.NO_PROGRESS ? throttle(percent, stop) : stop;
        };
    }

    private static Decision throttle(int percent, Decision.Stop stop) {
        return harder(percent)
                .<Decision>map(step -> new Decision.Throttle(step, stop.prediction()))
                .orElse(stop);
    }

    private static Optional<Integer> harder(int percent) {
        return STEPS.stream().filter(step -> step > percent).findFirst();
    }

    private static boolean helpsNot(List<RoundStats> alike, PreCopyLimits limits) {
        int before = alike.size() - PATIENCE_ROUNDS + 1;
        if (before < 1) {
            return false;
        }
        double copy = Predictor.predict(alike, limits.fixedCost()).copy().toNanos();
        double copyBefore = Predictor.predict(alike.subList(0, before), limits.fixedCost())
                .copy()
                .toNanos();
        return copy > DowntimePolicy.GAIN_FACTOR * copyBefore;
    }

    /** What a tree did that had more time to write says nothing of what it does now. */
    private static List<RoundStats> sinceLastThrottle(List<RoundStats> rounds) {
        int percent = rounds.get(rounds.size() - 1).throttlePercent();
        int first = rounds.size() - 1;
        while (first > 0 && rounds.get(first - 1).throttlePercent() == percent) {
            first--;
        }
        return rounds.subList(first, rounds.size());
    }
}
