package io.godwit.target.restore;

import io.godwit.target.plan.AddressRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of addresses, as ranges that neither overlap nor touch. */
final class RangeSet {
    private final TreeMap<Long, Long> endByStart = new TreeMap<>();

    static RangeSet of(List<AddressRange> ranges) {
        RangeSet set = new RangeSet();
        ranges.forEach(range -> set.add(range.start(), range.end()));
        return set;
    }

    RangeSet copy() {
        RangeSet copy = new RangeSet();
        copy.endByStart.putAll(endByStart);
        return copy;
    }

    void add(long start, long end) {
        long from = start;
        long to = end;
        Map.Entry<Long, Long> before = endByStart.floorEntry(start);
        if (before != null && before.getValue() >= start) {
            from = before.getKey();
            to = Math.max(to, before.getValue());
        }
        for (Map.Entry<Long, Long> next = endByStart.ceilingEntry(from);
                next != null && next.getKey() <= to;
                next = endByStart.ceilingEntry(from)) {
            to = Math.max(to, next.getValue());
            endByStart.remove(next.getKey());
        }
        endByStart.put(from, to);
    }

    void addAll(RangeSet other) {
        other.endByStart.forEach(this::add);
    }

    void remove(long start, long end) {
        for (AddressRange range : within(start, end)) {
            Map.Entry<Long, Long> whole = endByStart.floorEntry(range.start());
            endByStart.remove(whole.getKey());
            if (whole.getKey() < range.start()) {
                endByStart.put(whole.getKey(), range.start());
            }
            if (range.end() < whole.getValue()) {
                endByStart.put(range.end(), whole.getValue());
            }
        }
    }

    boolean contains(long start, long end) {
        Map.Entry<Long, Long> range = endByStart.floorEntry(start);
        return range != null && range.getValue() >= end;
    }

    /** All of them, ascending. */
    List<AddressRange> ranges() {
        return minus(new RangeSet());
    }

    /** The parts of a range that are in the set, ascending. */
    List<AddressRange> within(long start, long end) {
        List<AddressRange> parts = new ArrayList<>();
        Long first = endByStart.floorKey(start);
        for (Map.Entry<Long, Long> range : endByStart
                .subMap(first == null ? start : first, Math.max(first == null ? start : first, end))
                .entrySet()) {
            long from = Math.max(start, range.getKey());
            long to = Math.min(end, range.getValue());
            if (from < to) {
                parts.add(new AddressRange(from, to));
            }
        }
        return parts;
    }

    /** The ranges of the set that have something in common with a range, whole, ascending. */
    List<AddressRange> over(long start, long end) {
        return within(start, end).stream()
                .map(part -> endByStart.floorEntry(part.start()))
                .map(whole -> new AddressRange(whole.getKey(), whole.getValue()))
                .toList();
    }

    /** What is in this set and not in the other, ascending. */
    List<AddressRange> minus(RangeSet other) {
        List<AddressRange> left = new ArrayList<>();
        endByStart.forEach((start, end) -> {
            long at = start;
            for (AddressRange taken : other.within(start, end)) {
                if (taken.start() > at) {
                    left.add(new AddressRange(at, taken.start()));
                }
                at = taken.end();
            }
            if (at < end) {
                left.add(new AddressRange(at, end));
            }
        });
        return left;
    }
}
