package io.godwit.page.client;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Finds how fast the connections are beneath a limit: now and then some of what is sent goes as fast as they take it, and the time until the target
 * has stored that is taken. It is not the limit's before and afterwards: on average over a second or so that holds. Pure: time is told.
 */
final class Bursts {
    /** From the begin of one to the next. */
    static final long EVERY_NANOS = 1_000_000_000;

    /** A burst has what the limit lets through in so long. */
    static final long WORTH_NANOS = 250_000_000;

    /** More would not make the figure better. */
    static final long MOST_BYTES = 8 << 20;

    /** Of so many the middle one counts: one may have been held up. */
    private static final int LAST = 5;

    /** At least this part of a burst's time counts, also where the round trip was shorter than it is as a rule. */
    private static final double LEAST_PART = 0.25;

    private final long burstBytes;
    private long next;
    private boolean running;
    private long startBytes;
    private long startNanos;
    private long startWaited;
    private long startBlocked;
    private final Deque<Double> speeds = new ArrayDeque<>();

    /**
     * Bursts of what is sent from now on.
     *
     * @param bytesPerSecond the limit; 0 for none, beneath which there is nothing to be found
     */
    Bursts(long bytesPerSecond, long now) {
        burstBytes = Math.min(MOST_BYTES, Math.round(bytesPerSecond * (WORTH_NANOS / 1e9)));
        next = now;
    }

    /** Whether one should begin with what is sent next. */
    boolean due(long now) {
        return burstBytes > 0 && !running && now - next >= 0;
    }

    /**
     * One begins; all that was sent before is stored.
     *
     * @param waitedSoFar for a processor, as for {@link #stored}
     */
    void begin(long bytesSoFar, long now, long waitedSoFar, long blockedSoFar) {
        running = true;
        startWaited = waitedSoFar;
        startBlocked = blockedSoFar;
        startBytes = bytesSoFar;
        startNanos = now;
        next = now + EVERY_NANOS;
    }

    boolean running() {
        return running;
    }

    /** Whether the one that is running has sent enough, so that it should be waited for. */
    boolean full(long bytesSoFar) {
        return running && bytesSoFar - startBytes >= burstBytes;
    }

    /**
     * What the one that was running has sent is stored. A thread that waits for a processor will not do so when there is haste, but while it does,
     * the connection and the target go on with what they have. What they would have needed beyond lies between nothing and all of that time:
     * half of it counts.
     *
     * @param waitedSoFar for how long the sending thread was kept from a processor by others, in nanoseconds
     * @param blockedSoFar for how long it waited for the connections and the target
     * @param roundTripNanos of this time, what passed before the target knew of the first byte and its answer came back
     */
    void stored(long bytesSoFar, long now, long waitedSoFar, long blockedSoFar, long roundTripNanos) {
        running = false;
        long hidden = Math.max(0, waitedSoFar - startWaited - (blockedSoFar - startBlocked));
        long took = Math.max(1, now - startNanos);
        long nanos = Math.max((long) Math.ceil(took * LEAST_PART), took - hidden / 2 - roundTripNanos);
        if (speeds.size() == LAST) {
            speeds.removeFirst();
        }
        speeds.addLast((bytesSoFar - startBytes) * 1e9 / nanos);
    }

    /** The one that is running, if there is one, is too short to tell anything. */
    void cutShort() {
        running = false;
    }

    /** What the connections carry, the target stores, and this host gives them; 0 as long as it is not known. */
    long bytesPerSecond() {
        double[] sorted =
                speeds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0 ? 0 : Math.round(sorted[(sorted.length - 1) / 2]);
    }
}
