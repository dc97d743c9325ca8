package io.godwit.page.client;

import java.util.function.LongSupplier;

/** Takes the speed of a stream over so many bytes, or so much time, whichever is over first. Pure: time is told. */
final class SpeedWindow {
    private final long mostBytes;
    private final long mostNanos;
    private boolean started;
    private long startNanos;
    private long startBlocked;
    private long startCarrying;
    private long nanos;
    private long blocked;
    private long carrying;
    private long bytes;
    private long wire;

    SpeedWindow(long mostBytes, long mostNanos) {
        this.mostBytes = mostBytes;
        this.mostNanos = mostNanos;
    }

    /** What comes next does not belong to what came so far. */
    void interrupted() {
        started = false;
    }

    /**
     * Adds what was sent; the first of a window only begins it.
     *
     * @return whether the window is over, so that its speeds can be had until the next one begins
     */
    boolean add(int memoryBytes, int wireBytes, long now, long blockedSoFar, LongSupplier carryingSoFar) {
        if (!started) {
            started = true;
            startNanos = now;
            startBlocked = blockedSoFar;
            startCarrying = carryingSoFar.getAsLong();
            bytes = 0;
            wire = 0;
            return false;
        }
        bytes += memoryBytes;
        wire += wireBytes;
        nanos = now - startNanos;
        blocked = blockedSoFar - startBlocked;
        if (bytes < mostBytes && nanos < mostNanos) {
            return false;
        }
        carrying = carryingSoFar.getAsLong() - startCarrying;
        started = false;
        return true;
    }

    /** For a byte of memory. */
    double nanosPerByte() {
        return (double) nanos / bytes;
    }

    /** The same without the time in which the sender has waited for the connection. */
    double ownNanosPerByte() {
        return (double) (nanos - blocked) / bytes;
    }

    /** How long it was. */
    long nanos() {
        return nanos;
    }

    /** For how long of it the connection had something to carry. */
    long carryingNanos() {
        return carrying;
    }

    /** For a byte on the wire. */
    double nanosPerWireByte() {
        return (double) nanos / wire;
    }
}
