package io.godwit.image.verify;

import java.util.Map;
import java.util.TreeMap;

/** Ranges of addresses, ends exclusive. Addresses are unsigned: the last mapping of a process is above the signed ones. */
final class Ranges {
    private final TreeMap<Long, Long> ends = new TreeMap<>(Long::compareUnsigned);

    /** Adds a range; those that it overlaps or touches become one with it. */
    void add(long start, long end) {
        Map.Entry<Long, Long> below = ends.floorEntry(start);
        boolean joins = below != null && Long.compareUnsigned(below.getValue(), start) >= 0;
        long first = joins ? below.getKey() : start;
        long last = joins ? max(below.getValue(), end) : end;
        Map.Entry<Long, Long> next = ends.higherEntry(first);
        while (next != null && Long.compareUnsigned(next.getKey(), last) <= 0) {
            last = max(last, next.getValue());
            ends.remove(next.getKey());
            next = ends.higherEntry(first);
        }
        ends.put(first, last);
    }

    private static long max(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? b : a;
    }

    /** The first address of a range that none covers, or the range's end. */
    long firstMissing(long start, long end) {
        long at = start;
        while (Long.compareUnsigned(at, end) < 0) {
            Map.Entry<Long, Long> below = ends.floorEntry(at);
            if (below == null || Long.compareUnsigned(below.getValue(), at) <= 0) {
                return at;
            }
            at = below.getValue();
        }
        return end;
    }
}
