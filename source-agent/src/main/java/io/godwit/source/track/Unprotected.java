package io.godwit.source.track;

import java.io.IOException;
import java.util.Arrays;

/**
 * The ranges of a mapping that a scan found not to be protected: pages that were written, and such as are not there. All between them is
 * protected. Used for one walk, which asks in ascending order.
 */
final class Unprotected {
    /**
     * Ranges with less between them are looked at in one call: a call, of which each may interrupt the processors that the process
     * runs on, costs as much as looking at some 600 pages.
     */
    static final long NEAR_BYTES = 2 << 20;

    private long[] bounds = new long[64];
    private int ranges;

    /** The range that is not passed yet. */
    private int next;

    private long reached;

    /** Takes a part of the address space. */
    interface Part {
        void take(long start, long end) throws IOException;
    }

    /** @param start of what is walked */
    Unprotected(long start) {
        reached = start;
    }

    /** Adds a range that follows those that were added before. */
    void add(long start, long end) {
        if (ranges > 0 && bounds[2 * ranges - 1] == start) {
            bounds[2 * ranges - 1] = end;
            return;
        }
        if (2 * ranges == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * bounds.length);
        }
        bounds[2 * ranges] = start;
        bounds[2 * ranges + 1] = end;
        ranges++;
    }

    /** Adds those of another, which follow. */
    void add(Unprotected later) {
        for (int i = 0; i < later.ranges; i++) {
            add(later.bounds[2 * i], later.bounds[2 * i + 1]);
        }
    }

    /** Tells of parts that have all the ranges in them, and as much between them as costs less than another call. */
    void clusters(Part part) throws IOException {
        int first = 0;
        for (int i = 1; i <= ranges; i++) {
            if (i == ranges || bounds[2 * i] - bounds[2 * i - 1] >= NEAR_BYTES) {
                part.take(bounds[2 * first], bounds[2 * i - 1]);
                first = i;
            }
        }
    }

    /** Tells of what is protected from the place that was reached up to an address, which is reached then. */
    void protectedUpTo(long address, Part part) throws IOException {
        while (next < ranges && bounds[2 * next] < address) {
            tell(bounds[2 * next], part);
            reached = Math.max(reached, bounds[2 * next + 1]);
            next++;
        }
        tell(address, part);
    }

    /** What was told of otherwise is not told of again. */
    void passed(long address) {
        reached = Math.max(reached, address);
    }

    private void tell(long until, Part part) throws IOException {
        if (reached < until) {
            part.take(reached, until);
            reached = until;
        }
    }
}
