package io.godwit.source.track;

import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which pages of each mapping were there when it was last scanned. Where none was written since, they are there still, or
 * will be found to be gone by a later scan, so that a scan of a process that runs has to look closer only at what was written.
 */
final class LastScan {
    private Map<Long, Pages> earlier = Map.of();
    private NavigableMap<Long, Pages> now = new TreeMap<>();

    /** All that was noted becomes what was there before; mappings that are not scanned again are forgotten. */
    void next() {
        earlier = now;
        now = new TreeMap<>();
    }

    /** What was there before; empty if it was another mapping or not scanned, or if too little or too much of it is known. */
    Optional<Pages> of(Vma vma) {
        return Optional.ofNullable(earlier.get(vma.start())).filter(pages -> pages.complete() && pages.isOf(vma));
    }

    /** Nobody has got a page that was noted in this round: its mapping must be walked as if it were new. */
    void spoil(long page) {
        Map.Entry<Long, Pages> mapping = now.floorEntry(page);
        if (mapping != null && page < mapping.getValue().vma.end()) {
            mapping.getValue().spoiled = true;
        }
    }

    /** Where to note what is there now. */
    Pages note(Vma vma) {
        Pages pages = new Pages(vma);
        now.put(vma.start(), pages);
        return pages;
    }

    /** Pages of one mapping, in ascending order. */
    static final class Pages {
        /** More of them are not worth their memory. */
        static final int MOST_RUNS = 4096;

        private final Vma vma;
        private long[] bounds = new long[2];
        private int runs;
        private int read;
        private boolean spoiled;

        Pages(Vma vma) {
            this.vma = vma;
        }

        private boolean isOf(Vma other) {
            return vma.end() == other.end()
                    && vma.inode() == other.inode()
                    && vma.device().equals(other.device())
                    && vma.offset() == other.offset();
        }

        /** Notes pages that follow those noted before. */
        void add(long from, long to) {
            if (runs > 0 && bounds[2 * runs - 1] == from) {
                bounds[2 * runs - 1] = to;
            } else if (runs <= MOST_RUNS) {
                if (2 * runs == bounds.length) {
                    bounds = Arrays.copyOf(bounds, 2 * bounds.length);
                }
                bounds[2 * runs] = from;
                bounds[2 * runs + 1] = to;
                runs++;
            }
        }

        private boolean complete() {
            return runs <= MOST_RUNS && !spoiled;
        }

        /** Reports those within a range as changed or not. The range must follow those that were asked for before. */
        void within(long from, long to, boolean changed, MemoryTracker.Visitor visitor) throws IOException {
            while (read < runs && bounds[2 * read + 1] <= from) {
                read++;
            }
            for (int run = read; run < runs && bounds[2 * run] < to; run++) {
                visitor.pages(Math.max(from, bounds[2 * run]), Math.min(to, bounds[2 * run + 1]), changed);
            }
        }
    }
}
