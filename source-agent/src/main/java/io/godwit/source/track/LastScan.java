package io.godwit.source.track;

import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which pages of each mapping were there when it was last scanned. Where none was written since, they are there still, or
 * will be found to be gone by a later scan, so that a scan of a process that runs has to look closer only at what was written.
 */
final class LastScan {
    private Map<Long, Pages> earlier = Map.of();
    private Map<Long, Pages> now = new HashMap<>();

    /** All that was noted becomes what was there before; mappings that are not scanned again are forgotten. */
    void next() {
        earlier = now;
        now = new HashMap<>();
    }

    /** What was there before; empty if the mapping was not scanned, was smaller or larger, or had too many holes to be noted. */
    Optional<Pages> of(Vma vma) {
        return Optional.ofNullable(earlier.get(vma.start()))
                .filter(pages -> pages.end == vma.end() && pages.complete());
    }

    /** Where to note what is there now. */
    Pages note(Vma vma) {
        Pages pages = new Pages(vma.end());
        now.put(vma.start(), pages);
        return pages;
    }

    /** Pages of one mapping, in ascending order. */
    static final class Pages {
        /** More of them are not worth their memory. */
        static final int MOST_RUNS = 4096;

        private final long end;
        private long[] bounds = new long[2];
        private int runs;
        private int read;

        Pages(long end) {
            this.end = end;
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
            return runs <= MOST_RUNS;
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
