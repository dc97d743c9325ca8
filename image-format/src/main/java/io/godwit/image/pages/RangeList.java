package io.godwit.image.pages;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Ranges of addresses, ascending, in plain arrays. */
final class RangeList {
    private long[] starts = new long[16];
    private long[] ends = new long[16];
    private int size;

    int size() {
        return size;
    }

    long start(int i) {
        return starts[i];
    }

    long end(int i) {
        return ends[i];
    }

    /** Adds a range above all others, or lengthens the last one if this one goes on where it ends. */
    void add(long start, long end) {
        if (size > 0 && ends[size - 1] == start) {
            ends[size - 1] = end;
            return;
        }
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, size * 2);
            ends = Arrays.copyOf(ends, size * 2);
        }
        starts[size] = start;
        ends[size] = end;
        size++;
    }

    /** Adds what a list has within a range that lies above all others. */
    void addWithin(RangeList other, long start, long end) {
        for (int i = other.firstEndingAbove(start); i < other.size && other.starts[i] < end; i++) {
            add(Math.max(start, other.starts[i]), Math.min(end, other.ends[i]));
        }
    }

    private int firstEndingAbove(long address) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] <= address) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    List<PageIndex.Range> list() {
        List<PageIndex.Range> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(new PageIndex.Range(starts[i], ends[i]));
        }
        return list;
    }
}
