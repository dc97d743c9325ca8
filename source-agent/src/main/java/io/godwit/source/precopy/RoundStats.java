package io.godwit.source.precopy;

/**
 * What one pre-copy round did. Round 0 sends all memory; each later one what was written since the scan of
 * the round before.
 *
 * @param round counted from 0
 * @param pagesSent pages of 4096 bytes that this round read and passed to the target, zero pages included
 * @param bytesSent bytes on the wire for them, after compression
 * @param pagesDirty pages that the scan found written; in round 0 all that are present
 * @param pagesLeft pages that were written since this round's scan, counted by a scan at its end that protects nothing;
 *     {@link #NOT_COUNTED} where the tracker can not tell
 * @param scanNanos time of the scan that counted, as it will take in the freeze
 * @param sendNanos time from the start of the scan that protects until the target has stored the round
 * @param sincePreviousNanos time between the previous round's scan and this one's; 0 in round 0
 * @param waitNanos of {@code sendNanos}, what the thread that reads waited for a processor: in the freeze it goes before others
 * @param limitNanos of {@code sendNanos}, what it would not have taken without the limit of {@code --bandwidth}, which the freeze does not have
 * @param throttlePercent of its time that the tree had to stand still, so that it writes less
 */
public record RoundStats(
        int round,
        long pagesSent,
        long bytesSent,
        long pagesDirty,
        long pagesLeft,
        long scanNanos,
        long sendNanos,
        long sincePreviousNanos,
        long waitNanos,
        long limitNanos,
        int throttlePercent) {
    /** Bytes of a page. */
    public static final int PAGE_BYTES = 4096;

    /** {@link #pagesLeft} of a tracker that can not count without protecting, as soft-dirty. */
    public static final long NOT_COUNTED = -1;

    public RoundStats {
        if (round < 0 || pagesSent < 0 || bytesSent < 0 || pagesDirty < 0 || pagesLeft < NOT_COUNTED) {
            throw new IllegalArgumentException("a negative count in round " + round);
        }
        if (scanNanos < 0 || sendNanos < 0 || sincePreviousNanos < 0 || waitNanos < 0 || limitNanos < 0) {
            throw new IllegalArgumentException("a negative time in round " + round);
        }
    }

    /** A round of a tree that has all its time, on a host that has time for both. */
    public RoundStats(
            int round,
            long pagesSent,
            long bytesSent,
            long pagesDirty,
            long pagesLeft,
            long scanNanos,
            long sendNanos,
            long sincePreviousNanos) {
        this(round, pagesSent, bytesSent, pagesDirty, pagesLeft, scanNanos, sendNanos, sincePreviousNanos, 0, 0, 0);
    }

    /** The same round, of a thread that had to wait for a processor. */
    public RoundStats waited(long nanos) {
        return with(pagesLeft, scanNanos, nanos, limitNanos, throttlePercent);
    }

    /**
     * The same round, over a connection that has a limit; what it waited for a processor was told before.
     *
     * @param pausedNanos for how long nothing was done only because of the limit; the connection and the target may have been at work meanwhile
     * @param bytesPerSecond what both of them and this host would do without it; 0 if it is not known, and the limit is taken for what the
     *     connection carries
     */
    public RoundStats limited(long pausedNanos, long bytesPerSecond) {
        long least = bytesPerSecond == 0 ? sendNanos : (long) (bytesSent * 1e9 / bytesPerSecond);
        long limit = Math.max(0, Math.min(pausedNanos, workNanos() - least));
        return with(pagesLeft, scanNanos, waitNanos, limit, throttlePercent);
    }

    /** The same figures, of a tree that had to stand still for a part of its time. */
    public RoundStats throttled(int percent) {
        return with(pagesLeft, scanNanos, waitNanos, limitNanos, percent);
    }

    /** The same round, with what is left of it a moment later. */
    public RoundStats withLeft(long left, long countNanos) {
        return with(left, countNanos, waitNanos, limitNanos, throttlePercent);
    }

    private RoundStats with(long left, long countNanos, long waited, long limit, int throttled) {
        return new RoundStats(
                round,
                pagesSent,
                bytesSent,
                pagesDirty,
                left,
                countNanos,
                sendNanos,
                sincePreviousNanos,
                waited,
                limit,
                throttled);
    }

    /** What sending took without the waiting for a processor. */
    public long workNanos() {
        return Math.max(0, sendNanos - waitNanos);
    }

    /** What it would take without the limit as well. */
    public long unlimitedNanos() {
        return Math.max(0, workNanos() - limitNanos);
    }

    /** From the start of the round until the target has all of it and what is left is counted. */
    public long nanos() {
        return scanNanos + sendNanos;
    }

    /** Bytes of memory that the round passed on, before compression and the like. */
    public long memoryBytes() {
        return pagesSent * PAGE_BYTES;
    }

    /** Pages per second that the tree wrote before this round's scan; 0 in round 0, where nobody knows. */
    public double dirtyPagesPerSecond() {
        return sincePreviousNanos == 0 ? 0 : pagesDirty * 1e9 / sincePreviousNanos;
    }

    /** Bytes of memory per second, from the start of the scan on; 0 when nothing was sent. */
    public double memoryBytesPerSecond() {
        return nanos() == 0 ? 0 : memoryBytes() * 1e9 / nanos();
    }
}
