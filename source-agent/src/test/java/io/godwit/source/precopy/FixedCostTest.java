package io.godwit.source.precopy;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.page.protocol.HostCost;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FixedCostTest {
    private static final HostCost SOURCE =
            new HostCost(Duration.ofMillis(4), Duration.ofMillis(2), Duration.ofMillis(1));
    private static final HostCost TARGET =
            new HostCost(Duration.ofMillis(10), Duration.ofMillis(3), Duration.ofMillis(2));

    @Test
    void bothHostsTakeTheirTimeForEachProcessAndEachOtherThread() {
        assertThat(FixedCost.of(3, 5, SOURCE, Optional.of(TARGET), Duration.ZERO))
                .isEqualTo(Duration.ofMillis((4 + 10) * 3 / 2 + 3 * (2 + 3) + 2 * (1 + 2)));
    }

    @Test
    void aTargetThatHasNotToldIsAsSlowAsThisHost() {
        assertThat(FixedCost.of(1, 1, SOURCE, Optional.empty(), Duration.ZERO))
                .isEqualTo(Duration.ofMillis(2 * (4 * 3 / 2 + 2)));
    }

    @Test
    void aTargetThatWasHeldUpWhenItRehearsedIsNotBelieved() {
        HostCost slow = SOURCE.times(100);
        assertThat(FixedCost.of(3, 5, SOURCE, Optional.of(slow), Duration.ZERO))
                .isEqualTo(FixedCost.of(3, 5, SOURCE, Optional.of(SOURCE.times(4)), Duration.ZERO));
    }

    @Test
    void aTargetFarAwayCostsItsRoundTrips() {
        Duration near = FixedCost.of(1, 1, SOURCE, Optional.of(TARGET), Duration.ZERO);
        Duration far = FixedCost.of(1, 1, SOURCE, Optional.of(TARGET), Duration.ofMillis(20));
        assertThat(far.minus(near)).isEqualTo(Duration.ofMillis(60));
    }
}
