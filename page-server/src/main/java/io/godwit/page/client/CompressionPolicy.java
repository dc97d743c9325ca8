package io.godwit.page.client;

import io.godwit.page.protocol.Encoding;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Chooses for each chunk whether and how to compress it. It pays only where the connection is the bottleneck, the
 * contents shrink and the compressor keeps up; all three are measured as the stream runs. Where sender and target only wait for a
 * processor, compressing moves memory faster for a moment, and takes more of what is wanting. Now and then a chunk is
 * compressed in another way to know what that would give. If the measurements promise a gain, the other way is
 * taken on trial, and stays only if memory really moves faster than before: the model knows nothing of processors
 * that both hosts, or other programs, share. And no way stays that does not move it faster than none. Pure: time is told.
 *
 * <p>Speeds are taken over windows, after what was sent before the last switch has left the buffers on the way.
 */
final class CompressionPolicy implements EncodingChoice {
    /** More than all buffers between the two ends hold. */
    static final long SETTLE_BYTES = 12 << 20;

    static final long WINDOW_BYTES = 24 << 20;
    static final long WINDOW_NANOS = 200_000_000;

    /** Of the chunks, one in so many is compressed in another way to see what it gives. */
    static final int SAMPLE_EVERY = 64;

    /** Zstandard is not even sampled where this much of what LZ4 costs would be too slow: it takes longer than that. */
    private static final double ZSTD_COST_OF_LZ4 = 3;

    /** A connection that has something to carry in less than this part of the time is not the bottleneck, whatever the sender waits for. */
    private static final double BOTTLENECK = 0.8;

    /** It is judged over so long: beside busy programs a peer that does not get to acknowledge looks like a slow connection for a moment. */
    private static final long JUDGE_NANOS = 300_000_000;

    /** A trial costs, so it must promise a quarter more. */
    private static final double PROMISE = 0.8;

    /** What was measured must be better than noise. */
    private static final double PROOF = 0.95;

    private static final int FIRST_PAUSE_WINDOWS = 4;
    private static final int MAX_PAUSE_WINDOWS = 64;

    /** While chunks are compressed, the speed without it is taken again after so many windows; each time after twice as many. */
    private static final int FIRST_LOOK_AGAIN_WINDOWS = 48;

    private static final int MAX_LOOK_AGAIN_WINDOWS = 8 * FIRST_LOOK_AGAIN_WINDOWS;

    private final Map<Encoding, Gain> gains = new EnumMap<>(Encoding.class);
    private final SpeedWindow window = new SpeedWindow(WINDOW_BYTES, WINDOW_NANOS);
    private Encoding current = Encoding.PLAIN;
    /** What is gone back to if the current one, which is on trial, does not prove better; null if it is no trial. */
    private Encoding before;

    private int sampleIn = 1;
    private Encoding sampled = Encoding.PLAIN;
    private long settle = SETTLE_BYTES;
    private double plainNanosPerByte;
    private double nanosPerByte;
    private double nanosPerByteBefore;
    private double ownNanosPerByte;
    private int windows;
    private long judgedNanos;
    private long carryingNanos;
    private boolean bottleneck;
    private int compressedWindows;
    private int lookAgain = FIRST_LOOK_AGAIN_WINDOWS;

    CompressionPolicy() {
        gains.put(Encoding.LZ4, new Gain());
        gains.put(Encoding.ZSTD, new Gain());
    }

    /** What a way to compress gives and costs. */
    private static final class Gain {
        private final Average ratio = new Average();
        private final Average nanosPerByte = new Average();
        private int notBeforeWindow;
        private int pause = FIRST_PAUSE_WINDOWS;

        void failed(int window) {
            notBeforeWindow = window + pause;
            pause = Math.min(2 * pause, MAX_PAUSE_WINDOWS);
        }

        void forgive() {
            notBeforeWindow = 0;
            pause = FIRST_PAUSE_WINDOWS;
        }
    }

    /** Follows what changes slowly. */
    private static final class Average {
        private static final double WEIGHT = 0.25;
        private double value = Double.NaN;

        void add(double sample) {
            value = known() ? value + WEIGHT * (sample - value) : sample;
        }

        boolean known() {
            return !Double.isNaN(value);
        }
    }

    @Override
    public Encoding next() {
        sampleIn--;
        if (sampleIn > 0) {
            return current;
        }
        sampleIn = SAMPLE_EVERY;
        boolean zstdIsNext = current == Encoding.LZ4 || current == Encoding.PLAIN && sampled == Encoding.LZ4;
        sampled = zstdIsNext && zstdMayPay() ? Encoding.ZSTD : Encoding.LZ4;
        return sampled;
    }

    private boolean zstdMayPay() {
        double cost = ZSTD_COST_OF_LZ4 * gains.get(Encoding.LZ4).nanosPerByte.value;
        return nanosPerByte > 0 && ownNanosPerByte + cost < nanosPerByte * PROMISE;
    }

    @Override
    public void compressed(Encoding encoding, int memoryBytes, int compressedBytes, long nanos) {
        Gain gain = gains.get(encoding);
        gain.ratio.add(Math.min(1, (double) compressedBytes / memoryBytes));
        gain.nanosPerByte.add((double) nanos / memoryBytes);
    }

    @Override
    public void interrupted() {
        window.interrupted();
    }

    @Override
    public void sent(int memoryBytes, int wireBytes, long now, long blocked, LongSupplier carrying) {
        if (settle > 0) {
            settle -= wireBytes;
        } else if (window.add(memoryBytes, wireBytes, now, blocked, carrying)) {
            decide();
        }
    }

    private void decide() {
        windows++;
        judge();
        nanosPerByte = window.nanosPerByte();
        ownNanosPerByte = Math.max(0, window.ownNanosPerByte() - cost(current));
        if (current == Encoding.PLAIN) {
            plainNanosPerByte = nanosPerByte;
            tryAnother();
        } else if (before != null && nanosPerByte > nanosPerByteBefore * PROOF) {
            fail(before);
        } else if (nanosPerByte > plainNanosPerByte * PROOF) {
            fail(Encoding.PLAIN);
        } else if (++compressedWindows >= lookAgain) {
            lookAgain = Math.min(2 * lookAgain, MAX_LOOK_AGAIN_WINDOWS);
            gains.values().forEach(Gain::forgive);
            turn(Encoding.PLAIN);
        } else if (before != null) {
            before = null;
            gains.get(current).forgive();
        } else {
            tryAnother();
        }
    }

    private void judge() {
        judgedNanos += window.nanos();
        carryingNanos += window.carryingNanos();
        if (judgedNanos >= JUDGE_NANOS) {
            bottleneck = carryingNanos >= BOTTLENECK * judgedNanos;
            judgedNanos = 0;
            carryingNanos = 0;
        }
    }

    private double cost(Encoding encoding) {
        return encoding == Encoding.PLAIN ? 0 : gains.get(encoding).nanosPerByte.value;
    }

    private void tryAnother() {
        if (current == Encoding.PLAIN && !bottleneck) {
            return;
        }
        if (!gains.get(Encoding.ZSTD).ratio.known() && zstdMayPay()) {
            sampleIn = 1;
            return;
        }
        Encoding best = current;
        double least = nanosPerByte * PROMISE;
        for (Encoding other : gains.keySet()) {
            boolean due = windows > gains.get(other).notBeforeWindow;
            if (other != current && due && promised(other) < least) {
                best = other;
                least = promised(other);
            }
        }
        if (best != current) {
            nanosPerByteBefore = nanosPerByte;
            Encoding from = current;
            turn(best);
            before = from;
        }
    }

    /** Nanoseconds for a byte with this encoding: the two ends of the pipe work at once, and the slower one counts. */
    private double promised(Encoding encoding) {
        Gain gain = gains.get(encoding);
        double link = window.nanosPerWireByte() * gain.ratio.value;
        return Math.max(ownNanosPerByte + gain.nanosPerByte.value, link);
    }

    private void fail(Encoding back) {
        gains.get(current).failed(windows);
        turn(back);
    }

    private void turn(Encoding encoding) {
        if (encoding == Encoding.PLAIN) {
            compressedWindows = 0;
        }
        current = encoding;
        before = null;
        settle = SETTLE_BYTES;
    }

    /** How most chunks are sent now. */
    Encoding current() {
        return current;
    }
}
