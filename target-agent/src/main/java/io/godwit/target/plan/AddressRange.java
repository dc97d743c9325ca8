package io.godwit.target.plan;

import java.util.Optional;

/** Addresses from start up to, but not including, end. */
public record AddressRange(long start, long end) {
    public long bytes() {
        return end - start;
    }

    /** What it has in common with another; empty if nothing. */
    Optional<AddressRange> common(AddressRange other) {
        AddressRange both = new AddressRange(Math.max(start, other.start), Math.min(end, other.end));
        return both.start < both.end ? Optional.of(both) : Optional.empty();
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(start) + "-0x" + Long.toHexString(end);
    }
}
