package io.godwit.page.client;

/**
 * Decides for each chunk whether to compress it. It pays only where the connection is the bottleneck, the
 * contents shrink and the compressor keeps up; all three are measured as the stream runs. While compression is
 * off, a chunk is compressed now and then to know what it would give. If the measurements promise a gain, it is
 * switched on on trial, and stays on only as long as memory really moves faster than without: the model knows
 * nothing of processors that both hosts, or other programs, share. Pure: time is told.
 *
 * <p>Speeds are taken over windows, after what was sent before the last switch has left the buffers on the way.
 */
final class CompressionPolicy {
    /** More than all buffers between the two ends hold. */
    static final long SETTLE_BYTES = 12 << 20;

    static final long WINDOW_BYTES = 24 << 20;
    static final long WINDOW_NANOS = 200_000_000;

    /** Of the chunks that are sent plain, one in so many is compressed to see what it gives. */
    static final int SAMPLE_EVERY = 64;

    /** A trial costs, so it must promise a quarter more. */
    private static final double PROMISE = 0.8;

    /** What was measured must be better than noise. */
    private static final double PROOF = 0.95;

    private static final int FIRST_PAUSE_WINDOWS = 4;
    private static final int MAX_PAUSE_WINDOWS = 64;

    /** While it is on, the speed without it is taken again after so many windows. */
    private static final int LOOK_AGAIN_WINDOWS = 48;

    private final Average ratio = new Average();
    private final Average compressNanosPerByte = new Average();
    private boolean on;
    private int sampleIn = 1;
    private long settle = SETTLE_BYTES;
    private long bytes;
    private long wire;
    private long startNanos;
    private long startBlocked;
    private boolean started;
    private double plainNanosPerByte;
    private int windows;
    private int pause;
    private int nextPause = FIRST_PAUSE_WINDOWS;

    /** Follows what changes slowly. */
    private static final class Average {
        private static final double WEIGHT = 0.25;
        private double value = Double.NaN;

        void add(double sample) {
            value = Double.isNaN(value) ? sample : value + WEIGHT * (sample - value);
        }
    }

    /** Whether the next chunk shall be compressed. */
    boolean compressNext() {
        if (on) {
            return true;
        }
        sampleIn--;
        if (sampleIn > 0) {
            return false;
        }
        sampleIn = SAMPLE_EVERY;
        return true;
    }

    /** What compressing a chunk gave. */
    void compressed(int memoryBytes, int compressedBytes, long nanos) {
        ratio.add(Math.min(1, (double) compressedBytes / memoryBytes));
        compressNanosPerByte.add((double) nanos / memoryBytes);
    }

    /** A chunk follows one that was not sent just before: the time between says nothing. */
    void interrupted() {
        started = false;
    }

    /**
     * A chunk was sent.
     *
     * @param now of a clock that never goes back
     * @param blocked of the time since the connection began, what was spent in waiting for it to take more
     */
    void sent(int memoryBytes, int wireBytes, long now, long blocked) {
        if (settle > 0) {
            settle -= wireBytes;
            return;
        }
        if (!started) {
            started = true;
            startNanos = now;
            startBlocked = blocked;
            bytes = 0;
            wire = 0;
            return;
        }
        bytes += memoryBytes;
        wire += wireBytes;
        if (bytes >= WINDOW_BYTES || now - startNanos >= WINDOW_NANOS) {
            window(now - startNanos, blocked - startBlocked);
            started = false;
        }
    }

    private void window(long nanos, long blocked) {
        double nanosPerByte = (double) nanos / bytes;
        windows++;
        if (on) {
            if (nanosPerByte > plainNanosPerByte * PROOF) {
                pause = nextPause;
                nextPause = Math.min(2 * nextPause, MAX_PAUSE_WINDOWS);
                turn(false);
            } else if (windows >= LOOK_AGAIN_WINDOWS) {
                nextPause = FIRST_PAUSE_WINDOWS;
                pause = 0;
                turn(false);
            }
            return;
        }
        plainNanosPerByte = nanosPerByte;
        if (windows > pause && promised(nanos, blocked) < nanosPerByte * PROMISE) {
            turn(true);
        }
    }

    /** Nanoseconds for a byte if it was compressed: the two ends of the pipe work at once, and the slower one counts. */
    private double promised(long nanos, long blocked) {
        double own = (double) (nanos - blocked) / bytes + compressNanosPerByte.value;
        double link = (double) nanos / wire * ratio.value;
        return Math.max(own, link);
    }

    private void turn(boolean on) {
        this.on = on;
        windows = 0;
        settle = SETTLE_BYTES;
    }

    /** Whether every chunk is compressed now. */
    boolean on() {
        return on;
    }
}
