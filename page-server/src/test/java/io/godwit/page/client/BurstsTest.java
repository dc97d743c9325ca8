package io.godwit.page.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BurstsTest {
    private static final long SECOND = 1_000_000_000;
    private static final long MILLISECOND = 1_000_000;

    private final Bursts bursts = new Bursts(20_000_000, 0);

    @Test
    void nothingIsToBeFoundBeneathNoLimit() {
        assertThat(new Bursts(0, 0).due(10 * SECOND)).isFalse();
    }

    @Test
    void theSpeedIsThatOfWhatWasSentInABurst() {
        bursts.begin(1_000, 0, 0, 0);
        assertThat(bursts.full(4_000_000)).isFalse();
        assertThat(bursts.full(5_001_000)).isTrue();
        assertThat(bursts.bytesPerSecond()).isZero();
        bursts.stored(5_001_000, 12 * MILLISECOND, 0, 0, 2 * MILLISECOND);
        assertThat(bursts.bytesPerSecond()).isEqualTo(500_000_000);
        assertThat(bursts.running()).isFalse();
    }

    @Test
    void aBurstIsBounded() {
        Bursts fast = new Bursts(10_000_000_000L, 0);
        fast.begin(0, 0, 0, 0);
        assertThat(fast.full(Bursts.MOST_BYTES - 1)).isFalse();
        assertThat(fast.full(Bursts.MOST_BYTES)).isTrue();
    }

    @Test
    void burstsAreRare() {
        assertThat(bursts.due(0)).isTrue();
        bursts.begin(0, 0, 0, 0);
        bursts.stored(5_000_000, 10 * MILLISECOND, 0, 0, 0);
        assertThat(bursts.due(SECOND - 1)).isFalse();
        assertThat(bursts.due(SECOND)).isTrue();
    }

    @Test
    void theMiddleOneOfTheLastFiveCounts() {
        int[] millis = {10, 20, 400, 50, 40, 25, 40};
        int[] middle = {500, 250, 250, 100, 125, 125, 125};
        for (int second = 0; second < millis.length; second++) {
            bursts.begin(0, second * SECOND, 0, 0);
            bursts.stored(5_000_000, second * SECOND + millis[second] * MILLISECOND, 0, 0, 0);
            assertThat(bursts.bytesPerSecond()).as("after %d", second).isEqualTo(middle[second] * 1_000_000L);
        }
    }

    @Test
    void halfOfTheTimeWithoutAProcessorCountsUnlessTheConnectionWasWaitedForAsLong() {
        bursts.begin(0, 0, 5 * MILLISECOND, 3 * MILLISECOND);
        bursts.stored(5_000_000, 20 * MILLISECOND, 27 * MILLISECOND, 5 * MILLISECOND, 0);
        assertThat(bursts.bytesPerSecond()).isEqualTo(500_000_000);

        Bursts overSlowLink = new Bursts(20_000_000, 0);
        overSlowLink.begin(0, 0, 0, 0);
        overSlowLink.stored(5_000_000, 500 * MILLISECOND, 10 * MILLISECOND, 490 * MILLISECOND, 0);
        assertThat(overSlowLink.bytesPerSecond()).isEqualTo(10_000_000);
    }

    @Test
    void aRoundTripThatWasShorterThanUsualMakesNoLinkInfinitelyFast() {
        bursts.begin(0, 0, 0, 0);
        bursts.stored(5_000_000, 40 * MILLISECOND, 0, 0, 50 * MILLISECOND);
        assertThat(bursts.bytesPerSecond()).isEqualTo(500_000_000);
    }

    @Test
    void oneThatWasCutShortTellsNothing() {
        bursts.begin(0, 0, 0, 0);
        bursts.cutShort();
        assertThat(bursts.running()).isFalse();
        assertThat(bursts.bytesPerSecond()).isZero();
    }
}
