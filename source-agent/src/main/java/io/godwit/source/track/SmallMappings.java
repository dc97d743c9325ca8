package io.godwit.source.track;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.memory.PageCategory;
import io.godwit.linux.memory.PagemapScanner;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.VmaKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at the small mappings of a process that stands still for the last time, at all between two others in one call: a call costs as much
 * as looking at some 600 pages, and the smallest program has twenty mappings.
 */
final class SmallMappings {
    /** A thread's stack is small. In a larger mapping the kernel is quicker if it is asked for less. */
    static final long MOST_BYTES = 8 << 20;

    private final PagemapScanner scanner;
    private final boolean unsure;
    private final Map<Long, FoundPages> found = new HashMap<>();
    private final List<Vma> together = new ArrayList<>();

    private SmallMappings(PagemapScanner scanner, boolean unsure) {
        this.scanner = scanner;
        this.unsure = unsure;
    }

    /**
     * Looks at those of a process.
     *
     * @param unsure whether all pages count as changed
     * @return what was found, by the start of the mapping; of a mapping that is not there, or had one beside it that is not registered, nothing is known
     */
    static Map<Long, FoundPages> scan(PagemapScanner scanner, List<Vma> maps, boolean unsure) throws IOException {
        SmallMappings mappings = new SmallMappings(scanner, unsure);
        for (Vma vma : maps) {
            if (vma.bytes() <= MOST_BYTES && VmaKind.of(vma).privatePages()) {
                mappings.together.add(vma);
            } else {
                mappings.scan();
            }
        }
        mappings.scan();
        return mappings.found;
    }

    private void scan() throws IOException {
        if (together.size() > 1) {
            Map<Long, FoundPages> its = new HashMap<>();
            together.forEach(vma -> its.put(vma.start(), new FoundPages()));
            try {
                long end = together.get(together.size() - 1).end();
                PageWalk.ofAllKinds(scanner, together.get(0).start(), end, new Split(its));
                found.putAll(its);
            } catch (LinuxException e) {
                if (e.errno() != Errno.EPERM) {
                    throw e;
                }
            }
        }
        together.clear();
    }

    /** Gives each mapping its own part of a run, which may go on into the next one. */
    private final class Split implements PagemapScanner.Visitor {
        private final Map<Long, FoundPages> its;
        private int current = -1;
        private PagemapScanner.Visitor visitor;

        Split(Map<Long, FoundPages> its) {
            this.its = its;
            next();
        }

        @Override
        public void range(long start, long end, long categories) throws IOException {
            long from = start;
            while (from < end) {
                while (together.get(current).end() <= from) {
                    next();
                }
                long to = Math.min(end, together.get(current).end());
                visitor.range(from, to, categories);
                from = to;
            }
        }

        private void next() {
            Vma vma = together.get(++current);
            FoundPages pages = its.get(vma.start());
            visitor = PageWalk.ofKind(
                    scanner,
                    VmaKind.of(vma),
                    (start, end, categories) ->
                            pages.pages(start, end, unsure || (categories & PageCategory.WRITTEN) != 0));
        }
    }
}
