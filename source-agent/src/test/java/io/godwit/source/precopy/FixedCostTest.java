package io.godwit.source.precopy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FixedCostTest {
    private static final Duration REHEARSED = Duration.ofMillis(5);

    /** What these trees stood still for, on the machine that the figures are from. */
    @ParameterizedTest
    @CsvSource({"1, 1, 8.1", "1, 1, 9.1", "1, 64, 28.5", "100, 100, 98"})
    void whatWasMeasuredIsPredicted(int tasks, int threads, double millis) {
        double predicted =
                FixedCost.of(tasks, threads, REHEARSED, Duration.ZERO).toNanos() / 1e6;
        assertThat(predicted).isBetween(0.9 * millis, 1.3 * millis);
    }

    @Test
    void hostsThatRehearseAtHalfTheSpeedTakeTwiceAsLong() {
        Duration cost = FixedCost.of(3, 5, REHEARSED, Duration.ZERO);
        assertThat(FixedCost.of(3, 5, REHEARSED.multipliedBy(2), Duration.ZERO)).isEqualTo(cost.multipliedBy(2));
    }

    @Test
    void aRehearsalThatWasHeldUpIsNotBelieved() {
        Duration cost = FixedCost.of(1, 1, REHEARSED, Duration.ZERO);
        assertThat(FixedCost.of(1, 1, REHEARSED.multipliedBy(1000), Duration.ZERO))
                .isEqualTo(cost.multipliedBy(2));
        assertThat(FixedCost.of(1, 1, Duration.ZERO, Duration.ZERO)).isPositive();
    }

    @Test
    void tasksAndThreadsAddToIt() {
        Duration one = FixedCost.of(1, 1, REHEARSED, Duration.ZERO);
        Duration threads = FixedCost.of(1, 64, REHEARSED, Duration.ZERO);
        Duration tasks = FixedCost.of(64, 64, REHEARSED, Duration.ZERO);
        assertThat(threads).isGreaterThan(one);
        assertThat(tasks).isGreaterThan(threads);
    }

    @Test
    void aTargetFarAwayCostsItsRoundTrips() {
        Duration near = FixedCost.of(1, 1, REHEARSED, Duration.ZERO);
        Duration far = FixedCost.of(1, 1, REHEARSED, Duration.ofMillis(20));
        assertThat(far.minus(near)).isEqualTo(Duration.ofMillis(60));
    }
}
