package io.godwit.page.client;

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

    /** Weight of a burst against the one after it. */
    private static final double DECAY = 0.5;

    private final long burstBytes;
    private long next;
    private boolean running;
    private long startBytes;
    private long startNanos;
    private double bytes;
    private double nanos;

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

    /** One begins; all that was sent before is stored. */
    void begin(long bytesSoFar, long now) {
        running = true;
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
     * What the one that was running has sent is stored.
     *
     * @param roundTripNanos of this time, what passed before the target knew of the first byte and its answer came back
     */
    void stored(long bytesSoFar, long now, long roundTripNanos) {
        running = false;
        bytes = bytes * DECAY + bytesSoFar - startBytes;
        nanos = nanos * DECAY + Math.max(1, now - startNanos - roundTripNanos);
    }

    /** The one that is running, if there is one, is too short to tell anything. */
    void cutShort() {
        running = false;
    }

    /** What the connections carry, the target stores, and this host gives them; 0 as long as it is not known. */
    long bytesPerSecond() {
        return nanos == 0 ? 0 : Math.round(bytes * 1e9 / nanos);
    }
}
