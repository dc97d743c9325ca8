package io.godwit.page.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void keepsTheRateOverManyChunks() {
        Pace pace = new Pace(100_000_000, 0);
        long now = 0;
        for (int i = 0; i < 1000; i++) {
            now += pace.waitNanos(1_000_000, now);
        }
        assertThat(now).isBetween(99 * SECOND / 10, 10 * SECOND);
    }

    @Test
    void timeThatTheSenderNeedsItselfIsNotWaitedAgain() {
        Pace pace = new Pace(100_000_000, 0);
        long now = 0;
        for (int i = 0; i < 1000; i++) {
            now += pace.waitNanos(1_000_000, now);
            now += 9_000_000;
        }
        assertThat(now).isBetween(99 * SECOND / 10, 101 * SECOND / 10);
    }

    @Test
    void aPauseIsNotFollowedByAFlood() {
        Pace pace = new Pace(100_000_000, 0);
        long start = 60 * SECOND;
        long now = start;
        for (int i = 0; i < 100; i++) {
            now += pace.waitNanos(1_000_000, now);
        }
        assertThat(now - start).isGreaterThanOrEqualTo(SECOND - Pace.CREDIT_NANOS - 10_000_000);
    }

    @Test
    void noLimitNeverWaits() {
        assertThat(new Pace(0, 0).waitNanos(Long.MAX_VALUE, 0)).isZero();
    }

    @Test
    void whatWasSentFreelyIsMadeUpFor() {
        Pace pace = new Pace(100_000_000, 0);
        pace.free(true);
        long now = 0;
        for (int i = 0; i < 20; i++) {
            now += pace.waitNanos(1_000_000, now);
        }
        assertThat(now).isZero();
        assertThat(pace.waits(now)).isFalse();
        pace.free(false);
        assertThat(pace.waits(now)).isTrue();
        assertThat(pace.waitNanos(1, now)).isEqualTo(SECOND / 5);
    }
}
