package io.godwit.source.report;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Lets something through only so often. */
public final class RateLimit {
    private final long intervalNanos;
    private final LongSupplier nanoClock;
    private long last;
    private boolean used;

    public RateLimit(Duration interval, LongSupplier nanoClock) {
        this.intervalNanos = interval.toNanos();
        this.nanoClock = nanoClock;
    }

    /** True the first time, and whenever the interval has passed since it last was. */
    public boolean allows() {
        long now = nanoClock.getAsLong();
        if (used && now - last < intervalNanos) {
            return false;
        }
        used = true;
        last = now;
        return true;
    }
}
