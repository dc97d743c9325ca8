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
        bursts.begin(1_000, 0);
        assertThat(bursts.full(4_000_000)).isFalse();
        assertThat(bursts.full(5_001_000)).isTrue();
        assertThat(bursts.bytesPerSecond()).isZero();
        bursts.stored(5_001_000, 12 * MILLISECOND, 2 * MILLISECOND);
        assertThat(bursts.bytesPerSecond()).isEqualTo(500_000_000);
        assertThat(bursts.running()).isFalse();
    }

    @Test
    void aBurstIsBounded() {
        Bursts fast = new Bursts(10_000_000_000L, 0);
        fast.begin(0, 0);
        assertThat(fast.full(Bursts.MOST_BYTES - 1)).isFalse();
        assertThat(fast.full(Bursts.MOST_BYTES)).isTrue();
    }

    @Test
    void burstsAreRare() {
        assertThat(bursts.due(0)).isTrue();
        bursts.begin(0, 0);
        bursts.stored(5_000_000, 10 * MILLISECOND, 0);
        assertThat(bursts.due(SECOND - 1)).isFalse();
        assertThat(bursts.due(SECOND)).isTrue();
    }

    @Test
    void aLaterBurstCountsForMore() {
        bursts.begin(0, 0);
        bursts.stored(5_000_000, 10 * MILLISECOND, 0);
        for (int second = 1; second < 6; second++) {
            bursts.begin(0, second * SECOND);
            bursts.stored(5_000_000, second * SECOND + 100 * MILLISECOND, 0);
        }
        assertThat(bursts.bytesPerSecond()).isBetween(50_000_000L, 52_000_000L);
    }

    @Test
    void oneThatWasCutShortTellsNothing() {
        bursts.begin(0, 0);
        bursts.cutShort();
        assertThat(bursts.running()).isFalse();
        assertThat(bursts.bytesPerSecond()).isZero();
    }
}
