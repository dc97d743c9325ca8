package io.godwit.target.plan;

/** Addresses from start up to, but not including, end. */
public record AddressRange(long start, long end) {
    public long bytes() {
        return end - start;
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(start) + "-0x" + Long.toHexString(end);
    }
}
