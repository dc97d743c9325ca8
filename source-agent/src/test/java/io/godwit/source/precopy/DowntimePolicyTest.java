package io.godwit.source.precopy;

import static io.godwit.source.precopy.Decision.Reason.CONVERGED;
import static io.godwit.source.precopy.Decision.Reason.FIXED_COST;
import static io.godwit.source.precopy.Decision.Reason.MAX_ROUNDS;
import static io.godwit.source.precopy.Decision.Reason.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Curves by hand: 1000 pages take 4 ms in most, so 250,000 pages per second, 1 GB/s. */
class DowntimePolicyTest {
    private static final PreCopyLimits LIMITS = new PreCopyLimits(Duration.ofMillis(30), 8, Duration.ofMillis(10));

    private final PreCopyPolicy policy = new DowntimePolicy(true);

    static Stream<Arguments> curves() {
        return Stream.of(
                curve("idle: nothing is left after the first round", CONVERGED, new Rounds().add(65_536, 0, 262)),
                curve("a tiny process", CONVERGED, new Rounds().add(12, 1, 1)),
                curve("no page at all", CONVERGED, new Rounds().add(0, 0, 0)),
                curve("5000 pages left take 20 ms, just too long", null, new Rounds().add(65_500, 5_000, 262)),
                curve(
                        "4999 pages left fit, and most would be written again",
                        CONVERGED,
                        new Rounds().add(6_000, 4_999, 24)),
                curve("4999 pages left fit, but would be 400 after 20 ms", null, new Rounds().add(65_500, 4_999, 262)),
                curve(
                        "they fit twice in a row",
                        CONVERGED,
                        new Rounds().add(65_500, 4_999, 262).add(4_999, 4_000, 20)),
                curve(
                        "they fit again after a burst",
                        CONVERGED,
                        new Rounds()
                                .add(65_500, 4_999, 262)
                                .add(4_999, 9_000, 20)
                                .add(9_000, 3_000, 36)),
                curve(
                        "a small constant rate",
                        CONVERGED,
                        new Rounds()
                                .add(262_144, 26_000, 1_048)
                                .add(26_000, 2_600, 104)
                                .add(2_600, 260, 11)),
                curve(
                        "a shrinking working set goes on while it shrinks",
                        null,
                        new Rounds()
                                .add(100_000, 90_000, 400)
                                .add(90_000, 80_000, 360)
                                .add(80_000, 70_000, 320)
                                .add(70_000, 60_000, 280)
                                .add(60_000, 50_000, 240)),
                curve(
                        "writing as fast as the link, patient for three rounds",
                        null,
                        new Rounds()
                                .add(100_000, 100_000, 400)
                                .add(100_000, 100_000, 400)
                                .add(100_000, 100_000, 400)),
                curve(
                        "writing as fast as the link, after three rounds",
                        NO_PROGRESS,
                        new Rounds()
                                .add(100_000, 100_000, 400)
                                .add(100_000, 100_000, 400)
                                .add(100_000, 100_000, 400)
                                .add(100_000, 100_000, 400)),
                curve(
                        "a gain of 5 percent a round is a gain over three",
                        null,
                        new Rounds()
                                .add(100_000, 100_000, 400)
                                .add(100_000, 95_000, 400)
                                .add(95_000, 90_000, 380)
                                .add(90_000, 85_000, 360)),
                curve(
                        "one burst among shrinking rounds does not end them",
                        null,
                        new Rounds()
                                .add(200_000, 60_000, 800)
                                .add(60_000, 90_000, 240)
                                .add(90_000, 50_000, 360)
                                .add(50_000, 40_000, 200)),
                curve(
                        "short rounds without a gain may be a burst",
                        null,
                        new Rounds()
                                .add(50_000, 8_000, 200)
                                .add(8_000, 9_000, 32)
                                .add(9_000, 9_000, 36)
                                .add(9_000, 9_000, 36)),
                curve(
                        "as many rounds as allowed",
                        MAX_ROUNDS,
                        new Rounds()
                                .add(100_000, 95_000, 400)
                                .add(95_000, 90_000, 380)
                                .add(90_000, 80_000, 360)
                                .add(80_000, 70_000, 320)
                                .add(70_000, 60_000, 280)
                                .add(60_000, 50_000, 240)
                                .add(50_000, 40_000, 200)
                                .add(40_000, 30_000, 160)),
                curve(
                        "without a count the rate is used: 2000 pages in 40 ms are 400 in 8",
                        CONVERGED,
                        new Rounds().add(50_000, 200).add(10_000, 40).add(2_000, 8)),
                curve("without a count nothing is known after the first round", null, new Rounds().add(50_000, 200)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("curves")
    void decidesByTheCurve(String name, Decision.Reason expected, List<RoundStats> rounds) {
        Decision decision = policy.decide(rounds, LIMITS);
        Decision.Reason reason = decision instanceof Decision.Stop stop ? stop.reason() : null;
        assertThat(reason).isEqualTo(expected);
    }

    @Test
    void underTheLimitTheRoundThatIsWorthItGoesBeforeTheTree() {
        List<RoundStats> rounds = new Rounds().add(65_500, 4_999, 262).list();
        assertThat(policy.decide(rounds, LIMITS))
                .isInstanceOfSatisfying(
                        Decision.Continue.class,
                        next -> assertThat(next.sprint()).isTrue());
    }

    @Test
    void whereALimitThatIsNotHeldHasConsequencesItIsNotRisked() {
        assertConverged(new DowntimePolicy(false)
                .decide(new Rounds().add(65_500, 4_999, 262).list(), LIMITS));
    }

    @Test
    void underTheLimitThereIsNoRoundMoreThanAllowedNorALongOne() {
        PreCopyLimits oneRound = new PreCopyLimits(Duration.ofMillis(30), 1, Duration.ofMillis(10));
        assertConverged(policy.decide(new Rounds().add(65_500, 4_999, 262).list(), oneRound));
        PreCopyLimits seconds = new PreCopyLimits(Duration.ofSeconds(2), 8, Duration.ofMillis(10));
        assertConverged(policy.decide(new Rounds().add(655_000, 200_000, 2_620).list(), seconds));
    }

    @Test
    void underTheLimitNoRoundIsWorthMillisecondsThatLookingForPagesTakes() {
        RoundStats found = new Rounds().add(262_144, 500, 1_048).list().get(0).withLeft(500, 15_000_000);
        assertConverged(policy.decide(List.of(found), LIMITS));
    }

    private static void assertConverged(Decision decision) {
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Stop.class, stop -> assertThat(stop.reason()).isEqualTo(CONVERGED));
    }

    @Test
    void saysWhatTheDowntimeWillBe() {
        Prediction prediction = policy.decide(
                        new Rounds().add(65_536, 6_250, 262).list(), LIMITS)
                .prediction();
        assertThat(prediction.pagesLeft()).isEqualTo(6_250);
        assertThat(prediction.pagesPerSecond()).isBetween(249_000.0, 251_000.0);
        assertThat(prediction.downtime()).isBetween(Duration.ofMillis(34), Duration.ofMillis(36));
        assertThat(prediction.fixed()).isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void aFixedCostAboveTheLimitEndsTheRoundsOnceTheCopyIsNegligible() {
        PreCopyLimits hopeless = new PreCopyLimits(Duration.ofMillis(30), 30, Duration.ofMillis(40));
        assertThat(policy.decide(new Rounds().add(65_536, 5_000, 262).list(), hopeless))
                .isInstanceOf(Decision.Continue.class);
        assertThat(policy.decide(
                        new Rounds().add(65_536, 5_000, 262).add(5_000, 100, 20).list(), hopeless))
                .isInstanceOfSatisfying(
                        Decision.Stop.class, stop -> assertThat(stop.reason()).isEqualTo(FIXED_COST));
    }

    @Test
    void aLinkThatGotSlowerCountsMoreThanTheFastRoundsBefore() {
        Prediction prediction = policy.decide(
                        new Rounds()
                                .add(100_000, 50_000, 400)
                                .add(50_000, 5_000, 2_000)
                                .list(),
                        LIMITS)
                .prediction();
        assertThat(prediction.pagesPerSecond()).isLessThan(50_000);
    }

    @Test
    void aRoundOfThreePagesDoesNotSpoilTheBandwidth() {
        Prediction prediction = policy.decide(
                        new Rounds().add(262_144, 3, 1_048).add(3, 4_000, 2).list(), LIMITS)
                .prediction();
        assertThat(prediction.pagesPerSecond()).isGreaterThan(240_000);
    }

    @Test
    void whatSmallRoundsTakeBesideTheirPagesIsNotTakenForASlowLink() {
        Prediction prediction = policy.decide(
                        new Rounds()
                                .add(262_144, 5_000, 1_048)
                                .add(5_000, 2_000, 29)
                                .add(2_000, 2_000, 17)
                                .list(),
                        LIMITS)
                .prediction();
        assertThat(prediction.pagesPerSecond()).isBetween(230_000.0, 270_000.0);
        assertThat(prediction.copy()).isLessThan(Duration.ofMillis(10));
    }

    @Test
    void whatRoundsWaitedForAProcessorIsNotTakenForASlowLink() {
        Prediction prediction = policy.decide(
                        new Rounds()
                                .add(100_000, 40_000, 1_200)
                                .waited(800)
                                .add(40_000, 15_000, 500)
                                .waited(340)
                                .list(),
                        LIMITS)
                .prediction();
        assertThat(prediction.pagesPerSecond()).isBetween(240_000.0, 260_000.0);
    }

    /** 10,000 pages a second are allowed, 40 MB/s, and 250,000 would be carried. */
    @Test
    void theFreezeIsPredictedWithoutTheLimitAndTheRoundsWithIt() {
        List<RoundStats> rounds = new Rounds()
                .add(100_000, 20_000, 10_000)
                .limited(9_700, 1_024_000_000)
                .add(20_000, 5_000, 2_000)
                .limited(1_950, 1_024_000_000)
                .list();
        PreCopyLimits limits = new PreCopyLimits(Duration.ofMillis(35), 30, Duration.ofMillis(10));
        Decision before = policy.decide(rounds.subList(0, 1), limits);
        assertThat(before.prediction().copy()).isBetween(Duration.ofMillis(79), Duration.ofMillis(81));
        assertThat(before.prediction().pagesPerSecond()).isBetween(9_900.0, 10_100.0);
        assertThat(policy.decide(rounds, limits))
                .isInstanceOfSatisfying(
                        Decision.Stop.class, stop -> assertThat(stop.reason()).isEqualTo(CONVERGED));
    }

    /** Of ten seconds it waited five for a processor and four and a half for the limit; the link alone takes five for these pages. */
    @Test
    void noRoundIsTakenForFasterThanTheLink() {
        Prediction prediction = policy.decide(
                        new Rounds()
                                .add(100_000, 20_000, 10_000)
                                .waited(5_000)
                                .limited(4_500, 81_920_000)
                                .list(),
                        LIMITS)
                .prediction();
        assertThat(prediction.copy()).isBetween(Duration.ofMillis(990), Duration.ofMillis(1_010));
    }

    @Test
    void aLinkThatCarriesLessThanTheLimitIsNotTakenForAFasterOne() {
        // the limit is waited for now and then, as chunks are gathered
        Prediction prediction = policy.decide(
                        new Rounds()
                                .add(100_000, 20_000, 10_000)
                                .limited(1_000, 40_960_000)
                                .list(),
                        LIMITS)
                .prediction();
        assertThat(prediction.copy()).isBetween(Duration.ofMillis(1_990), Duration.ofMillis(2_010));
    }

    @Test
    void asLongAsNobodyKnowsWhatTheLinkCarriesTheLimitCounts() {
        Prediction prediction = policy.decide(
                        new Rounds()
                                .add(100_000, 20_000, 10_000)
                                .limited(9_700, 0)
                                .list(),
                        LIMITS)
                .prediction();
        assertThat(prediction.copy()).isBetween(Duration.ofMillis(1_990), Duration.ofMillis(2_010));
    }

    @Test
    void whatLookingForPagesTakesIsNoReasonForAnotherRound() {
        PreCopyLimits hopeless = new PreCopyLimits(Duration.ofMillis(5), 30, Duration.ofMillis(8));
        RoundStats found = new Rounds().add(262_144, 200, 1_048).list().get(0).withLeft(200, 2_000_000);
        assertThat(policy.decide(List.of(found), hopeless))
                .isInstanceOfSatisfying(
                        Decision.Stop.class, stop -> assertThat(stop.reason()).isEqualTo(FIXED_COST));
    }

    @Test
    void withoutAGainAMomentIsAwaitedThatIsAsGoodAsTheBest() {
        Rounds rounds = new Rounds()
                .add(100_000, 50_000, 400)
                .add(50_000, 50_000, 200)
                .add(50_000, 50_000, 200)
                .add(50_000, 90_000, 200);
        PreCopyLimits patient = new PreCopyLimits(Duration.ofMillis(30), 30, Duration.ofMillis(10));
        assertThat(policy.decide(rounds.list(), patient)).isInstanceOf(Decision.Continue.class);
        assertThat(policy.decide(rounds.add(90_000, 55_000, 360).list(), patient))
                .isInstanceOfSatisfying(
                        Decision.Stop.class, stop -> assertThat(stop.reason()).isEqualTo(NO_PROGRESS));
    }

    @Test
    void aLinkThatGotSlowIsSeenInSmallRoundsToo() {
        Prediction prediction = policy.decide(
                        new Rounds()
                                .add(100_000, 5_000, 400)
                                .add(5_000, 5_000, 2_000)
                                .list(),
                        LIMITS)
                .prediction();
        assertThat(prediction.pagesPerSecond()).isBetween(2_400.0, 2_600.0);
    }

    @ParameterizedTest(name = "{0} of a hundred pages of round 0 are no zeros")
    @CsvSource({"100", "50", "10", "2"})
    void zerosOfRoundZeroDoNotMakeThePagesOfTheFreezeCheap(int percent) {
        // a page takes 4 us if it is not zero, and a round 8 ms beside its pages
        long full = 1_000_000L * percent / 100;
        Prediction prediction = policy.decide(
                        new Rounds()
                                .add(1_000_000, full * RoundStats.PAGE_BYTES, 10_000, 8 + full / 250)
                                .add(10_000, 10_000, 48)
                                .add(10_000, 10_000, 48)
                                .list(),
                        LIMITS)
                .prediction();
        assertThat(prediction.pagesPerSecond()).isBetween(200_000.0, 300_000.0);
    }

    @Test
    void tellsWhenTheRoundsShouldBeOver() {
        Prediction even = new Prediction(100_000, 250_000, 125_000, Duration.ofMillis(400), Duration.ZERO);
        assertThat(even.timeUntil(Duration.ofMillis(40))).contains(Duration.ofMillis(720));
        assertThat(even.timeUntil(Duration.ofSeconds(1))).contains(Duration.ZERO);
    }

    @Test
    void tellsNoTimeWhereTheRoundsNeverGetThere() {
        Prediction tooFast = new Prediction(100_000, 250_000, 250_000, Duration.ofMillis(400), Duration.ZERO);
        assertThat(tooFast.timeUntil(Duration.ofMillis(40))).isEmpty();
        Prediction tooDear = new Prediction(10, 250_000, 0, Duration.ZERO, Duration.ofMillis(50));
        assertThat(tooDear.timeUntil(Duration.ofMillis(40))).isEmpty();
    }

    private static Arguments curve(String name, Decision.Reason expected, Rounds rounds) {
        return Arguments.of(name, expected, rounds.list());
    }
}
