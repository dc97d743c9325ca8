package io.godwit.source.precopy;

import java.time.Duration;
import java.util.Optional;

/**
 * What a freeze right now would cost, from what the rounds measured.
 *
 * @param pagesLeft pages to send while the tree stands still
 * @param pagesPerSecond what reading, sending and storing achieves in the rounds, which may have a limit
 * @param dirtyPagesPerSecond what the tree writes
 * @param copy time to scan and send the pages left, without a limit
 * @param fixed the part that does not depend on pages
 */
public record Prediction(
        long pagesLeft, double pagesPerSecond, double dirtyPagesPerSecond, Duration copy, Duration fixed) {

    /** From the freeze until the target runs. */
    public Duration downtime() {
        return copy.plus(fixed);
    }

    /**
     * How long the rounds will go on until the downtime is under a limit, if they ever get there. Each
     * round sends what the one before left, so the rounds form a geometric series: together they
     * send at the bandwidth while the tree writes against it.
     */
    public Optional<Duration> timeUntil(Duration downtimeLimit) {
        Duration budget = downtimeLimit.minus(fixed);
        double pagesThatFit = copy.isZero() ? pagesLeft : (double) pagesLeft * budget.toNanos() / copy.toNanos();
        double gain = pagesPerSecond - dirtyPagesPerSecond;
        if (budget.isNegative() || gain <= 0) {
            return Optional.empty();
        }
        double seconds = Math.max(0, pagesLeft - pagesThatFit) / gain;
        return Optional.of(Duration.ofNanos((long) (seconds * 1e9)));
    }
}
