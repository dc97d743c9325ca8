package io.godwit.page.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HostCostTest {
    private static final Duration TASK = Duration.ofMillis(2);
    private static final Duration THREAD = Duration.ofMillis(1);

    @Test
    void whatWasMeasuredOfOneProcessIsWhatOneTakes() {
        HostCost cost = HostCost.ofOne(Duration.ofMillis(7), TASK, THREAD);
        assertThat(cost.of(1, 1)).isEqualTo(Duration.ofMillis(7));
        assertThat(cost.of(4, 4)).isEqualTo(Duration.ofMillis(7 + 3 * 2));
        assertThat(cost.of(4, 10)).isEqualTo(Duration.ofMillis(7 + 3 * 2 + 6));
    }

    @Test
    void eachOfSomeMoreHasItsPart() {
        assertThat(HostCost.each(Duration.ofMillis(5), Duration.ofMillis(21), 8))
                .isEqualTo(Duration.ofMillis(2));
    }

    /** Some other program may have held up the smaller one. */
    @Test
    void noneTakesLessThanNothing() {
        assertThat(HostCost.each(Duration.ofMillis(5), Duration.ofMillis(4), 8)).isZero();
        assertThat(HostCost.ofOne(Duration.ofMillis(1), TASK, THREAD).of(1, 1)).isEqualTo(TASK);
    }

    @Test
    void theOtherHostHearsWhatItIsTold() {
        HostCost cost = HostCost.ofOne(Duration.ofNanos(7_000_001), TASK, THREAD);
        assertThat(HostCost.of(cost.told())).isEqualTo(cost);
    }
}
