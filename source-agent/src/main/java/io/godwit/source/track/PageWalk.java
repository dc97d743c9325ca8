package io.godwit.source.track;

import io.godwit.linux.memory.PageCategory;
import io.godwit.linux.memory.PagemapScanner;
import io.godwit.source.collect.VmaKind;
import java.io.IOException;

/**
 * Finds the pages of a mapping that must travel: those that are there and are neither the shared zero page
 * nor, in a private mapping of a file, still the file's own.
 */
final class PageWalk {
    private static final int PAGE = 4096;

    private PageWalk() {}

    /**
     * Walks a range of a mapping.
     *
     * @param kind the mapping's
     */
    static void resident(
            PagemapScanner scanner, long from, long to, VmaKind kind, long flags, PagemapScanner.Visitor visitor)
            throws IOException {
        boolean file = kind.fileUnderneath();
        scanner.scan(
                from,
                to,
                flags,
                PageCategory.ZERO_PAGE | PageCategory.GUARD | (file ? PageCategory.FILE : 0),
                PageCategory.ZERO_PAGE | PageCategory.GUARD | (file ? PageCategory.FILE : 0),
                PageCategory.PRESENT | PageCategory.SWAPPED,
                PageCategory.WRITTEN | (file ? PageCategory.PRESENT : 0),
                file ? withoutMarkers(scanner, visitor) : visitor);
    }

    /**
     * Where a protected page of a file mapping was given back by madvise(2) or cut off by truncate(2), the kernel
     * leaves a marker that looks like an unwritten page in swap; the page is the file's own again.
     */
    private static PagemapScanner.Visitor withoutMarkers(PagemapScanner scanner, PagemapScanner.Visitor visitor) {
        return (start, end, categories) -> {
            if ((categories & PageCategory.PRESENT) != 0) {
                visitor.range(start, end, categories);
                return;
            }
            for (long page = start; page < end; page += PAGE) {
                switch (scanner.swapped(page)) {
                    case OUT -> visitor.range(page, page + PAGE, categories);
                    case NO_MORE -> visitor.range(page, page + PAGE, categories | PageCategory.WRITTEN);
                    case MARKER -> {}
                }
            }
        };
    }
}
