package io.godwit.source.dump;

import io.godwit.image.pages.PageSink;
import io.godwit.linux.memory.PageCategory;
import io.godwit.linux.memory.PagemapScanner;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.util.List;

/** Finds transparent huge pages. To be told before tracking begins to write-protect them, as the first write to a protected one splits it. */
final class HugePages {
    /** Asked for at a time, in bytes: of small pages, of which nothing is told, the kernel looks at each, and is not quick. */
    private static final long PIECE = 256 << 20;

    private HugePages() {}

    /**
     * Tells a sink of those of a process.
     *
     * @param maps where they may be
     */
    static void tell(int pid, List<Vma> maps, PageSink sink) throws IOException {
        if (maps.isEmpty()) {
            return;
        }
        try (PagemapScanner scanner = PagemapScanner.open(pid)) {
            if (!scanner.tells(PageCategory.HUGE)) {
                return;
            }
            for (Vma vma : maps) {
                for (long at = vma.start(); at < vma.end(); ) {
                    long to = Math.min(vma.end(), (at + PIECE) & -PIECE);
                    tell(scanner, at, to, sink);
                    at = to;
                }
            }
        }
    }

    private static void tell(PagemapScanner scanner, long from, long to, PageSink sink) throws IOException {
        scanner.scan(
                from,
                to,
                0,
                0,
                PageCategory.HUGE,
                0,
                PageCategory.HUGE,
                (start, end, categories) -> sink.huge(start, (end - start) / PageSink.PAGE));
    }
}
