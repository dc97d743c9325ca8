package io.godwit.image.pages;

import java.io.IOException;

/** Where pages may be restored on demand: ascending ranges, walked once by runs of pages that ascend. */
public final class OnDemandRanges {
    private final RangeList ranges = new RangeList();
    private int at;

    /** Takes the parts of a run. */
    @FunctionalInterface
    public interface Part {
        /** A part; all its pages may be restored on demand, or none. */
        void pages(long start, long end, boolean onDemand) throws IOException;
    }

    /** Adds a range above all others. */
    public void add(long start, long end) {
        ranges.add(start, end);
    }

    /** Parts a run, which lies above the runs before. */
    public void split(long start, long end, Part part) throws IOException {
        long from = start;
        while (from < end) {
            while (at < ranges.size() && ranges.end(at) <= from) {
                at++;
            }
            boolean known = at < ranges.size();
            boolean within = known && ranges.start(at) <= from;
            long until = !known ? end : Math.min(end, within ? ranges.end(at) : ranges.start(at));
            part.pages(from, until, within);
            from = until;
        }
    }
}
