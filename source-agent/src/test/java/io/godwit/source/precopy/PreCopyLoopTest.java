package io.godwit.source.precopy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The loop over simulated trees: where it stops, and whether the predicted downtime comes true. */
class PreCopyLoopTest {
    private static final double LINK = 250_000;
    private static final Duration FIXED = Duration.ofMillis(12);
    private static final PreCopyControls NO_CONTROLS = new FakeTree(1, LINK, t -> 0, t -> 1, true);
    private static final PreCopyListener NOBODY = new PreCopyListener() {};

    @Test
    void anIdleTreeNeedsOneRound() throws IOException {
        FakeTree tree = new FakeTree(65_536, LINK, t -> 0, t -> 65_536, true);
        PreCopyLoop.Outcome outcome = run(tree);
        assertThat(outcome.stop().reason()).isEqualTo(Decision.Reason.CONVERGED);
        assertThat(outcome.rounds()).hasSize(1);
        assertThat(tree.broughtUpToDate()).isFalse();
        assertThat(outcome.elapsed()).isEqualTo(Duration.ofNanos(tree.now()));
    }

    @Test
    void aSteadyWriterConvergesAndThePredictionComesTrue() throws IOException {
        FakeTree tree = new FakeTree(65_536, LINK, t -> 50_000, t -> 65_536, true);
        PreCopyLoop.Outcome outcome = run(tree);
        assertThat(outcome.stop().reason()).isEqualTo(Decision.Reason.CONVERGED);
        assertThat(outcome.rounds().size()).isBetween(2, 4);
        assertComesTrue(tree, outcome);
    }

    @Test
    void aTreeThatWritesFasterThanTheLinkIsStoppedAfterAFewRounds() throws IOException {
        FakeTree tree = new FakeTree(65_536, 20_000, t -> 1_000_000, t -> 65_536, true);
        PreCopyLoop.Outcome outcome = run(tree);
        assertThat(outcome.stop().reason()).isEqualTo(Decision.Reason.NO_PROGRESS);
        assertThat(outcome.rounds()).hasSize(1 + DowntimePolicy.PATIENCE_ROUNDS);
        assertComesTrue(tree, outcome);
    }

    @Test
    void aHotWorkingSetIsNotMistakenForALowRate() throws IOException {
        FakeTree tree = new FakeTree(65_536, LINK, t -> 5_000_000, t -> 8_000, true);
        PreCopyLoop.Outcome outcome = run(tree);
        assertThat(outcome.stop().reason()).isEqualTo(Decision.Reason.NO_PROGRESS);
        assertComesTrue(tree, outcome);
    }

    @Test
    void aBurstIsSatOut() throws IOException {
        FakeTree tree = new FakeTree(65_536, LINK, t -> t > 250 && t < 500 ? 400_000 : 10_000, t -> 65_536, true);
        PreCopyLoop.Outcome outcome = run(tree);
        assertThat(outcome.stop().reason()).isEqualTo(Decision.Reason.CONVERGED);
        assertComesTrue(tree, outcome);
    }

    @Test
    void aShrinkingWorkingSetIsFollowedDown() throws IOException {
        FakeTree tree = new FakeTree(65_536, LINK, t -> 2_000_000, t -> Math.max(1_000, 65_536 - 60 * t), true);
        PreCopyLoop.Outcome outcome = run(tree);
        assertThat(outcome.stop().reason()).isEqualTo(Decision.Reason.CONVERGED);
        assertThat(outcome.rounds().size()).isGreaterThan(3);
        assertComesTrue(tree, outcome);
    }

    @Test
    void aTrackerThatCanNotCountConvergesTooOnASteadyWriter() throws IOException {
        FakeTree tree = new FakeTree(65_536, LINK, t -> 20_000, t -> 65_536, false);
        PreCopyLoop.Outcome outcome = run(tree);
        assertThat(outcome.stop().reason()).isEqualTo(Decision.Reason.CONVERGED);
        assertComesTrue(tree, outcome);
    }

    @Test
    void aTreeThatWritesTooFastIsThrottledUntilTheRoundsCatchUp() throws IOException {
        FakeTree tree = new FakeTree(65_536, 20_000, t -> 60_000, t -> 65_536, true);
        PreCopyLoop.Outcome outcome = run(tree, OnNoConvergence.THROTTLE);
        assertThat(outcome.stop().reason()).isEqualTo(Decision.Reason.CONVERGED);
        assertThat(outcome.rounds().get(0).throttlePercent()).isZero();
        assertThat(tree.sprinted()).isTrue();
        assertThat(outcome.rounds().get(outcome.rounds().size() - 1).throttlePercent())
                .isGreaterThan(60);
        assertComesTrue(tree, outcome);
    }

    @Test
    void aTreeThatNoThrottleHelpsIsStopped() throws IOException {
        FakeTree tree = new FakeTree(65_536, 2_000, t -> 200_000, t -> 65_536, true);
        PreCopyLoop.Outcome outcome = run(tree, OnNoConvergence.THROTTLE);
        assertThat(outcome.stop().reason()).isIn(Decision.Reason.NO_PROGRESS, Decision.Reason.MAX_ROUNDS);
        assertThat(tree.sprinting()).isFalse();
    }

    @Test
    void whatIsWrittenWhileTheFreezeIsMadeReadyIsPredictedToo() throws IOException {
        FakeTree tree = new FakeTree(65_536, LINK, t -> 10_000, t -> 65_536, true);
        tree.takeTimeBeforeTheFreeze(t -> 100_000_000);
        PreCopyPolicy stopsAtOnce = (rounds, limits) ->
                new Decision.Stop(Decision.Reason.CONVERGED, Predictor.predict(rounds, limits.fixedCost()));
        PreCopyLoop.Outcome outcome =
                new PreCopyLoop(tree, stopsAtOnce, PreCopyLoopTest::limits, NOBODY, tree, tree::now).run();
        assertThat(outcome.stop().prediction().pagesLeft()).isGreaterThan(3_000);
        assertComesTrue(tree, outcome);
    }

    @Test
    void whatIsWrittenMeanwhileIsWorthAnotherRound() throws IOException {
        FakeTree tree = new FakeTree(65_536, LINK, t -> 10_000, t -> 65_536, true);
        tree.takeTimeBeforeTheFreeze(t -> 100_000_000);
        PreCopyLoop.Outcome outcome = run(tree);
        assertThat(outcome.stop().reason()).isEqualTo(Decision.Reason.CONVERGED);
        assertThat(outcome.stop().prediction().pagesLeft()).isLessThan(1_000);
        assertThat(tree.madeReady()).isEqualTo(1);
        assertComesTrue(tree, outcome);
    }

    @Test
    void theLastRoundsAreNotHeldUpByWhatMakesTheFreezeReady() throws IOException {
        FakeTree tree = new FakeTree(65_536, LINK, t -> 50_000, t -> 65_536, true);
        tree.takeTimeBeforeTheFreeze(t -> 200_000_000);
        PreCopyLoop.Outcome outcome = run(tree);
        assertThat(outcome.stop().reason()).isEqualTo(Decision.Reason.CONVERGED);
        assertThat(outcome.rounds().size()).isBetween(2, 5);
        assertThat(tree.broughtUpToDate()).isTrue();
        assertThat(tree.sprinted()).isTrue();
        assertComesTrue(tree, outcome);
    }

    @Test
    void aLongSprintIsMadeReadyForOnce() throws IOException {
        FakeTree tree = new FakeTree(65_536, LINK, t -> 5_000_000, t -> 65_536, true);
        PreCopyPolicy sprintsForLong = (rounds, limits) -> {
            Prediction prediction = Predictor.predict(rounds, limits.fixedCost());
            return rounds.size() < 10
                    ? new Decision.Continue(true, prediction)
                    : new Decision.Stop(Decision.Reason.NO_PROGRESS, prediction);
        };
        PreCopyLoop.Outcome outcome =
                new PreCopyLoop(tree, sprintsForLong, PreCopyLoopTest::limits, NOBODY, tree, tree::now).run();
        assertThat(outcome.elapsed()).isGreaterThan(Duration.ofSeconds(2));
        assertThat(tree.madeReady()).isEqualTo(1);
        assertThat(tree.broughtUpToDate()).isTrue();
    }

    @Test
    void aTreeWhoseMappingsChangeAllTheTimeIsFrozenInTheEnd() throws IOException {
        FakeTree tree = new FakeTree(65_536, LINK, t -> 50_000, t -> 65_536, true);
        tree.takeTimeBeforeTheFreeze(t -> 100_000_000);
        tree.takeTimeToUpdate(200_000_000);
        PreCopyLoop.Outcome outcome = run(tree);
        assertThat(outcome.rounds().size()).isBetween(4, 20);
    }

    @Test
    void aBurstWhileTheFreezeIsMadeReadyIsSatOut() throws IOException {
        FakeTree tree = new FakeTree(65_536, LINK, t -> t > 270 && t < 300 ? 2_000_000 : 1_000, t -> 65_536, true);
        tree.takeTimeBeforeTheFreeze(t -> 30_000_000);
        PreCopyLoop.Outcome outcome = run(tree);
        assertThat(outcome.stop().reason()).isEqualTo(Decision.Reason.CONVERGED);
        assertThat(outcome.rounds()).hasSizeGreaterThan(1);
        assertThat(outcome.stop().prediction().downtime()).isLessThan(PreCopyLimits.DEFAULT_DOWNTIME_LIMIT);
        assertComesTrue(tree, outcome);
    }

    @Test
    void aTreeThatBurstsEachTimeIsStoppedInTheEnd() throws IOException {
        FakeTree tree = new FakeTree(65_536, LINK, t -> 50_000, t -> 65_536, true);
        tree.takeTimeBeforeTheFreeze(t -> 500_000_000);
        PreCopyLoop.Outcome outcome = run(tree);
        assertThat(outcome.rounds()).hasSizeLessThan(20);
        assertComesTrue(tree, outcome);
    }

    @Test
    void aTreeThatIsNotToBeStoppedForLongStaysAndTheFiguresSayWhy() {
        FakeTree tree = new FakeTree(65_536, 20_000, t -> 60_000, t -> 65_536, true);
        assertThatThrownBy(() -> run(tree, OnNoConvergence.GIVE_UP))
                .isInstanceOf(NotConvergingException.class)
                .hasMessageMatching(".*writes \\d\\d MB/s, \\d\\d MB/s can be sent.* 30 are allowed.*throttle or stop");
    }

    @Test
    void aLimitThatNotEvenAnIdleTreeHoldsIsNoReasonToThrottleButOneToLeaveItHere() throws IOException {
        PreCopyLimits tooShort = new PreCopyLimits(FIXED.dividedBy(2), 30, FIXED);
        FakeTree tree = new FakeTree(65_536, LINK, t -> 100, t -> 65_536, true);
        PreCopyLoop.Outcome outcome = run(tree, OnNoConvergence.THROTTLE, () -> tooShort);
        assertThat(outcome.stop().reason()).isEqualTo(Decision.Reason.FIXED_COST);
        assertThat(outcome.rounds()).allMatch(round -> round.throttlePercent() == 0);
        FakeTree other = new FakeTree(65_536, LINK, t -> 100, t -> 65_536, true);
        assertThatThrownBy(() -> run(other, OnNoConvergence.GIVE_UP, () -> tooShort))
                .isInstanceOf(NotConvergingException.class)
                .hasMessageContaining("hardly any are due to the pages that are left")
                .hasMessageContaining("longer --downtime-limit");
    }

    /** As one that forks in the first round. */
    @Test
    void whatTheFreezeCostsIsThatOfTheTreeAsItHasBecome() throws IOException {
        FakeTree tree = new FakeTree(65_536, LINK, t -> 0, t -> 65_536, true);
        Duration later = FIXED.multipliedBy(3);
        PreCopyLoop.Outcome outcome = run(
                tree,
                OnNoConvergence.STOP,
                () -> new PreCopyLimits(Duration.ofSeconds(1), 30, tree.now() == 0 ? FIXED : later));
        assertThat(outcome.stop().prediction().downtime()).isGreaterThanOrEqualTo(later);
    }

    @Test
    void aTreeThatConvergesIsNeitherThrottledNorLeft() throws IOException {
        for (OnNoConvergence wanted : OnNoConvergence.values()) {
            FakeTree tree = new FakeTree(65_536, LINK, t -> 50_000, t -> 65_536, true);
            PreCopyLoop.Outcome outcome = run(tree, wanted);
            assertThat(outcome.rounds()).allMatch(round -> round.throttlePercent() == 0);
        }
    }

    @Test
    void theListenerHearsOfEachRoundInOrder() throws IOException {
        List<String> heard = new ArrayList<>();
        PreCopyListener listener = new PreCopyListener() {
            @Override
            public void roundStarted(int round) {
                heard.add("start " + round);
            }

            @Override
            public void roundFinished(RoundStats stats, Decision decision) {
                heard.add("end " + stats.round() + " " + decision.getClass().getSimpleName());
            }
        };
        List<RoundStats> script = new Rounds().add(1000, 500, 4).add(500, 0, 2).list();
        PreCopyPolicy twoRounds = (rounds, limits) -> {
            Prediction none = new Prediction(0, 1, 0, Duration.ZERO, Duration.ZERO);
            return rounds.size() < 2
                    ? new Decision.Continue(false, none)
                    : new Decision.Stop(Decision.Reason.CONVERGED, none);
        };
        new PreCopyLoop(script::get, twoRounds, PreCopyLoopTest::limits, listener, NO_CONTROLS, () -> 0).run();
        assertThat(heard).containsExactly("start 0", "end 0 Continue", "start 1", "end 1 Stop");
    }

    @Test
    void aRoundThatFailsEndsTheLoop() {
        RoundSource broken = round -> {
            throw new IOException("the target closed the connection");
        };
        PreCopyLoop loop = new PreCopyLoop(
                broken, new DowntimePolicy(true), PreCopyLoopTest::limits, NOBODY, NO_CONTROLS, () -> 0);
        assertThatThrownBy(loop::run).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    private static PreCopyLoop.Outcome run(FakeTree tree) throws IOException {
        return run(tree, OnNoConvergence.STOP);
    }

    private static PreCopyLoop.Outcome run(FakeTree tree, OnNoConvergence wanted) throws IOException {
        return run(tree, wanted, PreCopyLoopTest::limits);
    }

    private static PreCopyLoop.Outcome run(FakeTree tree, OnNoConvergence wanted, Supplier<PreCopyLimits> limits)
            throws IOException {
        PreCopyPolicy policy = new ConvergencePolicy(new DowntimePolicy(true), wanted);
        return new PreCopyLoop(tree, policy, limits, NOBODY, tree, tree::now).run();
    }

    private static PreCopyLimits limits() {
        return PreCopyLimits.defaults(FIXED);
    }

    private static void assertComesTrue(FakeTree tree, PreCopyLoop.Outcome outcome) {
        double predicted = outcome.stop().prediction().copy().toNanos();
        assertThat(predicted / tree.copyNanos()).isBetween(0.6, 1.6);
    }
}
