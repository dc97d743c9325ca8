package io.godwit.source.track;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What the pages of a process held when they were sent: one that was written with what it held does not have to be sent again. Pages
 * are noted when they are sent for the second time, as most are sent once; where few of them hold nearly the same, only a sample is.
 * As far as there is room what they held is kept too, so that of a page in which little changed only that is sent.
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

    /** A page in which more words changed is sent as a whole: writing words that lie apart costs the target more for each than the page's bytes. */
    private static final int MOST_WORDS = 16;

    /** Of so many regions one is a sample; a power of two. */
    private static final int SAMPLE = 16;

    private final PageHashes hashes;
    private final NavigableMap<Long, Region> regions = new TreeMap<>();
    private final int[] changed = new int[MOST_WORDS];
    private boolean noting;
    private boolean begun;
    private boolean closed;
    private boolean last;
    private boolean sampled;
    private int compared;
    private int same;
    private long cachedRegion = -1;
    private Region cached;
    /** What was noted of the page that was asked for last; 0 if nothing was. */
    private long noted;

    /** Notes of pages that lie together. */
    private static final class Region {
        private final long[] notes = new long[REGION_PAGES];
        /** Where what a page held is kept, and one more; null if that of none is. */
        private int[] copies;
        /** A page of it changed in this round. */
        private boolean used;

        boolean isKept(int page) {
            return copies != null && copies[page] > 0;
        }

        void release(int from, int to, PageCopies pool) {
            for (int page = from; copies != null && page < to; page++) {
                if (copies[page] > 0) {
                    pool.giveBack(copies[page] - 1);
                    copies[page] = 0;
                }
            }
        }
    }

    /** @param atOnce a page is noted when it is sent for the first time */
    SentPages(PageHashes hashes, boolean atOnce) {
        this.hashes = hashes;
        this.begun = atOnce;
    }

    /** Begins a round. */
    public void begin(Pass pass) {
        noting = begun && !closed;
        begun = true;
        last = !pass.protects();
        if (compared >= FEW) {
            sample(100L * same < (long) WORTH_PERCENT * compared);
            compared = 0;
            same = 0;
        }
        if (!last) {
            releaseUnused();
        }
    }

    /** Pages that are not written any more make room for others if there is none. */
    private void releaseUnused() {
        boolean full = !hashes.copies().hasRoom();
        for (Region region : regions.values()) {
            if (full && !region.used) {
                region.release(0, REGION_PAGES, hashes.copies());
                region.copies = null;
            }
            region.used = false;
        }
    }

    private void sample(boolean only) {
        if (only && !sampled) {
            int before = regions.size();
            for (var entries = regions.entrySet().iterator(); entries.hasNext(); ) {
                Map.Entry<Long, Region> entry = entries.next();
                if (!inSample(entry.getKey())) {
                    entry.getValue().release(0, REGION_PAGES, hashes.copies());
                    entries.remove();
                }
            }
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
        noted = 0;
        if (!noting || sampled && !inSample(address >>> REGION_SHIFT)) {
            return false;
        }
        Region region = region(address >>> REGION_SHIFT);
        if (region == null) {
            return false;
        }
        int page = (int) (address >>> PAGE_SHIFT) & REGION_PAGES - 1;
        long before = region.notes[page];
        if (last && before == 0) {
            return false;
        }
        long now = hashes.of(contents, at, PAGE);
        region.notes[page] = now;
        noted = before;
        if (before == 0) {
            return false;
        }
        compared++;
        if (before == now) {
            same++;
        }
        return before == now;
    }

    /** Whether there is a page in a range of which {@link #changes} may find something, or keeps what it holds. */
    public boolean keeps(long start, long end) {
        boolean room = !last && hashes.copies().hasRoom();
        for (long number = start >>> REGION_SHIFT; noting && number <= end - 1 >>> REGION_SHIFT; number++) {
            if (!sampled || inSample(number)) {
                Region region = regions.get(number);
                if (room || region != null && region.copies != null) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * How many words of a page are to be sent, which {@link #same} was just asked for and which does not hold the same; 0 if it has to
     * be sent as a whole. What it holds is kept if there is a next time.
     */
    public int changes(long address, ByteBuffer contents, int at) {
        Region region = noting && (address >>> REGION_SHIFT) == cachedRegion ? cached : null;
        int page = (int) (address >>> PAGE_SHIFT) & REGION_PAGES - 1;
        if (region == null || region.notes[page] == 0) {
            return 0;
        }
        region.used = true;
        PageCopies copies = hashes.copies();
        int words = 0;
        if (region.isKept(page)) {
            int slot = region.copies[page] - 1;
            // what is kept counts only if it is what was noted as sent
            if (noted != 0 && hashes.of(copies.buffer(slot), copies.offset(slot), PAGE) == noted) {
                words = copies.compare(slot, contents, at, changed);
                words = words > MOST_WORDS ? 0 : words;
                same += words > 0 ? 1 : 0;
            }
            if (!last) {
                copies.put(slot, contents, at);
            }
        } else if (!last) {
            keep(region, page, contents, at);
        }
        return words;
    }

    private void keep(Region region, int page, ByteBuffer contents, int at) {
        int slot = hashes.copies().take();
        if (slot < 0) {
            return;
        }
        if (region.copies == null) {
            region.copies = new int[REGION_PAGES];
        }
        region.copies[page] = slot + 1;
        hashes.copies().put(slot, contents, at);
    }

    /** Where in its page a word is that changed, as {@link #changes} has found; in bytes. */
    public int changedAt(int word) {
        return changed[word];
    }

    /** Null if there is none and none can be made. */
    private Region region(long number) {
        if (number == cachedRegion) {
            return cached;
        }
        Region region = regions.get(number);
        if (region == null && !last && hashes.take()) {
            region = new Region();
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
            Map.Entry<Long, Region> entry = entries.next();
            long base = entry.getKey() << REGION_SHIFT;
            int from = (int) (Math.max(start - base, 0) >>> PAGE_SHIFT);
            int to = (int) Math.min(end - base + PAGE - 1 >>> PAGE_SHIFT, REGION_PAGES);
            entry.getValue().release(from, to, hashes.copies());
            if (to - from == REGION_PAGES) {
                entries.remove();
            } else {
                Arrays.fill(entry.getValue().notes, from, to, 0);
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
        regions.values().forEach(region -> region.release(0, REGION_PAGES, hashes.copies()));
        released(regions.size());
        regions.clear();
        noting = false;
        closed = true;
    }
}
