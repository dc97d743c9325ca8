package io.godwit.page.client;

/** Says how long to wait before more bytes are sent, so that a rate is kept on average. Pure: time is told. */
final class Pace {
    /** What was not used for longer than this is lost, so that a pause is not followed by a flood. */
    static final long CREDIT_NANOS = 10_000_000;

    private final long bytesPerSecond;
    private long next;
    private boolean free;

    /**
     * A pace.
     *
     * @param bytesPerSecond 0 for no limit
     */
    Pace(long bytesPerSecond, long now) {
        this.bytesPerSecond = bytesPerSecond;
        this.next = now;
    }

    /** While it is free nothing waits; what is sent then is made up for afterwards. */
    void free(boolean now) {
        free = now;
    }

    /** Whether what is sent next has to wait. */
    boolean waits(long now) {
        return bytesPerSecond != 0 && !free && next - now > 0;
    }

    /** Nanoseconds to wait before so many bytes are sent, which they will be. */
    long waitNanos(long bytes, long now) {
        if (bytesPerSecond == 0) {
            return 0;
        }
        next = Math.max(next, now - CREDIT_NANOS);
        long wait = free ? 0 : Math.max(0, next - now);
        next += Math.round(bytes * 1e9 / bytesPerSecond);
        return wait;
    }
}
