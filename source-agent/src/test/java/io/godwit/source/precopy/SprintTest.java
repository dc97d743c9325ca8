package io.godwit.source.precopy;

import static io.godwit.source.precopy.Decision.Reason.NO_PROGRESS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which rounds go before the tree, and for how long. */
class SprintTest {
    private static final PreCopyLimits LIMITS = new PreCopyLimits(Duration.ofMillis(30), 8, Duration.ofMillis(10));

    private final PreCopyPolicy policy = new DowntimePolicy(true);

    /** Whether the next round does; there is one. */
    private boolean sprints(List<RoundStats> rounds) {
        Decision decision = policy.decide(rounds, LIMITS);
        assertThat(decision).isInstanceOf(Decision.Continue.class);
        return ((Decision.Continue) decision).sprint();
    }

    @Test
    void theLastRoundsGoBeforeTheTree() {
        List<RoundStats> hardlyAnything =
                new Rounds().add(100_000, 40_000, 1_200).waited(800).list();
        assertThat(sprints(hardlyAnything)).isTrue();
    }

    @Test
    void aTreeThatIsNotCaughtUpWithSoonGoesBeforeTheRounds() {
        List<RoundStats> much = new Rounds().add(1_000_000, 200_000, 4_000).list();
        List<RoundStats> faster = new Rounds().add(100_000, 150_000, 400).list();
        for (List<RoundStats> rounds : List.of(much, faster)) {
            assertThat(sprints(rounds)).isFalse();
        }
    }

    @Test
    void roundsAtLeisureThatAreHeldUpGoBeforeTheTreeInTheEnd() {
        Rounds rounds = new Rounds().add(250_000, 80_000, 16_000).waited(12_000).add(90_000, 70_000, 6_000);
        List<RoundStats> heldUp = rounds.waited(4_500).list();
        assertThat(sprints(heldUp.subList(0, 1))).isFalse();
        assertThat(sprints(heldUp)).isTrue();
    }

    /** Of redis again: a second round at leisure took 3-5 s, and left as much as the first. */
    @Test
    void aFirstRoundThatIsHeldUpAndLeavesAThirdIsFollowedByNoneAtLeisure() {
        assertThat(sprints(
                        new Rounds().add(185_000, 82_000, 4_086).waited(2_617).list()))
                .isTrue();
        for (Rounds another : List.of(
                new Rounds().add(185_000, 60_000, 4_086).waited(2_617),
                new Rounds().add(185_000, 82_000, 1_586),
                new Rounds().add(1_850_000, 820_000, 40_860).waited(20_000))) {
            assertThat(sprints(another.list())).isFalse();
        }
    }

    /** Redis under full load: it wrote more in each round than the round had sent, and was frozen for 168 ms without a round in haste. */
    @Test
    void roundsAtLeisureThatSeemHopelessGoBeforeTheTreeToo() {
        List<RoundStats> rounds = new Rounds()
                .add(195_000, 119_000, 4_680)
                .waited(660)
                .add(159_000, 91_000, 3_875)
                .waited(2_440)
                .list();
        assertThat(sprints(rounds)).isTrue();
    }

    @Test
    void whereSecondsAreLeftOnlyRoundsThatWaitForAProcessorDo() {
        Rounds rounds = new Rounds().add(1_000_000, 400_000, 10_000).add(400_000, 390_000, 8_000);
        assertThat(sprints(rounds.list())).isFalse();
        assertThat(sprints(rounds.waited(3_000).list())).isTrue();
        assertThat(sprints(rounds.add(390_000, 190_000, 6_000).list()))
                .as("it helps, though seconds are left")
                .isTrue();
    }

    @Test
    void aBurstDoesNotEndASprint() {
        List<RoundStats> burst = new Rounds()
                .add(100_000, 30_000, 400)
                .add(30_000, 9_000, 120)
                .add(9_000, 40_000, 36)
                .list();
        assertThat(sprints(burst)).isTrue();
    }

    @Test
    void aSprintEndsWhenSecondsAreLeft() {
        List<RoundStats> flood = new Rounds()
                .add(100_000, 30_000, 400)
                .add(30_000, 9_000, 120)
                .add(9_000, 1_000_000, 36)
                .list();
        assertThat(sprints(flood)).isFalse();
    }

    @Test
    void aSprintWithoutAGainIsNotWaitedForAsLong() {
        Rounds rounds = new Rounds().add(50_000, 8_000, 200);
        PreCopyLimits patient = new PreCopyLimits(Duration.ofMillis(30), 30, Duration.ofMillis(10));
        for (int i = 0; i < 3; i++) {
            assertThat(policy.decide(rounds.add(8_000, 8_000, 36).list(), patient))
                    .isInstanceOf(Decision.Continue.class);
        }
        assertNoProgress(policy.decide(rounds.add(8_000, 8_000, 36).list(), patient));
    }

    /** Of a database on a busy host: each round costs it some 15 ms of its work. */
    @Test
    void aSprintThatOnlyFollowsTheTreeEndsThoughALittleLessIsLeftEachTime() {
        Rounds rounds = new Rounds().add(150_000, 42_000, 1_200).add(50_000, 3_000, 360);
        PreCopyLimits dear = new PreCopyLimits(Duration.ofMillis(30), 30, Duration.ofMillis(25));
        for (int left = 2_900; left > 2_400; left -= 100) {
            assertThat(policy.decide(rounds.add(left + 100, left, 22).list(), dear))
                    .isInstanceOf(Decision.Continue.class);
        }
        assertNoProgress(policy.decide(rounds.add(2_500, 2_400, 22).list(), dear));
    }

    /** What the program that writes 100 MB/s did with a limit of 5 ms: 30 rounds like these. */
    @Test
    void aSprintForALimitThatCanNotBeHeldEndsAfterThreeRoundsWithoutAGain() {
        PreCopyLimits hopeless = new PreCopyLimits(Duration.ofMillis(5), 30, Duration.ofMillis(8));
        Rounds rounds = new Rounds().add(262_144, 16_000, 1_048).add(16_000, 2_000, 80);
        for (int i = 0; i < 2; i++) {
            assertThat(policy.decide(rounds.add(2_000, 1_000, 10).list(), hopeless))
                    .isInstanceOf(Decision.Continue.class);
        }
        rounds.add(1_000, 1_000, 10);
        assertThat(policy.decide(rounds.list(), hopeless)).isInstanceOf(Decision.Continue.class);
        assertNoProgress(policy.decide(rounds.add(1_000, 1_000, 10).list(), hopeless));
    }

    private static void assertNoProgress(Decision decision) {
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Stop.class, stop -> assertThat(stop.reason()).isEqualTo(NO_PROGRESS));
    }
}
