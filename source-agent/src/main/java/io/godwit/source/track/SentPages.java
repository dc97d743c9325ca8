package io.godwit.source.track;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What the pages of a process held when they were sent: one that was written with what it held does not have to be sent again. Pages
 * are noted when they are sent for the second time, as most are sent once; where few of them hold the same, only a sample is.
 * Used by one thread.
 */
public class SentPages {
    /** For a process whose pages always travel. */
    public static final SentPages NONE = new SentPages(new PageHashes(0), false) {
        @Override
        public void begin(Pass pass) {}

        @Override
        public boolean same(long address, ByteBuffer contents, int at) {
            return false;
        }
    };

    static final int REGION_PAGES = 512;

    private static final int PAGE_SHIFT = 12;
    private static final int PAGE = 1 << PAGE_SHIFT;
    private static final int REGION_SHIFT = PAGE_SHIFT + 9;

    /** To hash a page costs about a tenth of what it costs to send it. */
    private static final int WORTH_PERCENT = 10;

    /** So few comparisons say nothing. */
    private static final int FEW = 64;

    /** Of so many regions one is a sample; a power of two. */
    private static final int SAMPLE = 16;

    private final PageHashes hashes;
    private final NavigableMap<Long, long[]> regions = new TreeMap<>();
    private boolean noting;
    private boolean begun;
    private boolean last;
    private boolean sampled;
    private int compared;
    private int same;
    private long cachedRegion = -1;
    private long[] cached;

    /** @param atOnce a page is noted when it is sent for the first time */
    SentPages(PageHashes hashes, boolean atOnce) {
        this.hashes = hashes;
        this.begun = atOnce;
    }

    /** Begins a round. */
    public void begin(Pass pass) {
        noting = begun;
        begun = true;
        last = !pass.protects();
        if (compared >= FEW) {
            sample(100L * same < (long) WORTH_PERCENT * compared);
            compared = 0;
            same = 0;
        }
    }

    private void sample(boolean only) {
        if (only && !sampled) {
            int before = regions.size();
            regions.keySet().removeIf(region -> !inSample(region));
            released(before - regions.size());
        }
        sampled = only;
    }

    private static boolean inSample(long region) {
        return (region & SAMPLE - 1) == 0;
    }

    /**
     * Whether a page, which the target has, holds what was sent last; from now on what it holds counts as sent.
     *
     * @param at where in the buffer the page begins
     */
    public boolean same(long address, ByteBuffer contents, int at) {
        if (!noting || sampled && !inSample(address >>> REGION_SHIFT)) {
            return false;
        }
        long[] region = region(address >>> REGION_SHIFT);
        if (region == null) {
            return false;
        }
        int page = (int) (address >>> PAGE_SHIFT) & REGION_PAGES - 1;
        long before = region[page];
        if (last && before == 0) {
            return false;
        }
        long now = hashes.of(contents, at, PAGE);
        region[page] = now;
        if (before == 0) {
            return false;
        }
        compared++;
        if (before == now) {
            same++;
        }
        return before == now;
    }

    /** Null if there is none and none can be made. */
    private long[] region(long number) {
        if (number == cachedRegion) {
            return cached;
        }
        long[] region = regions.get(number);
        if (region == null && !last && hashes.take()) {
            region = new long[REGION_PAGES];
            regions.put(number, region);
        }
        cachedRegion = number;
        cached = region;
        return region;
    }

    /** The process has no pages in this range now, and the target drops its own. */
    public void absent(long start, long end) {
        // no page is asked for twice in the last round
        if (!last) {
            lost(start, end);
        }
    }

    /** The target may not have the pages of this range that were noted. */
    public void lost(long start, long end) {
        if (regions.isEmpty() || start >= end) {
            return;
        }
        long first = start >>> REGION_SHIFT;
        long after = (end - 1 >>> REGION_SHIFT) + 1;
        int before = regions.size();
        for (var entries = regions.subMap(first, after).entrySet().iterator(); entries.hasNext(); ) {
            Map.Entry<Long, long[]> entry = entries.next();
            long base = entry.getKey() << REGION_SHIFT;
            int from = (int) (Math.max(start - base, 0) >>> PAGE_SHIFT);
            int to = (int) Math.min(end - base + PAGE - 1 >>> PAGE_SHIFT, REGION_PAGES);
            if (to - from == REGION_PAGES) {
                entries.remove();
            } else {
                Arrays.fill(entry.getValue(), from, to, 0);
            }
        }
        released(before - regions.size());
    }

    private void released(int count) {
        if (count > 0) {
            hashes.giveBack(count);
            cachedRegion = -1;
            cached = null;
        }
    }

    /** Forgets all, for good. */
    void close() {
        released(regions.size());
        regions.clear();
        noting = false;
    }
}
