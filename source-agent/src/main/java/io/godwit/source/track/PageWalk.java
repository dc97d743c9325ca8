package io.godwit.source.track;

import io.godwit.linux.memory.PageCategory;
import io.godwit.linux.memory.PagemapScanner;
import io.godwit.source.collect.CannotMoveException;
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
     * @param dumps whether the process stands still and will be restored as it is now
     * @throws CannotMoveException if so, and it has guard pages, which the survey before may not have seen; in a round they
     *     are passed over, as they may be gone in the next
     */
    static void resident(
            PagemapScanner scanner,
            long from,
            long to,
            VmaKind kind,
            long flags,
            boolean dumps,
            PagemapScanner.Visitor visitor)
            throws IOException {
        boolean file = kind.fileUnderneath();
        // in a round those are not even to be protected: they would be taken for pages that are there
        long without = PageCategory.ZERO_PAGE | (dumps ? 0 : PageCategory.GUARD) | (file ? PageCategory.FILE : 0);
        scanner.scan(
                from,
                to,
                flags,
                without,
                without,
                PageCategory.PRESENT | PageCategory.SWAPPED,
                PageCategory.WRITTEN | PageCategory.GUARD | (file ? PageCategory.PRESENT : 0),
                refusingGuards(scanner, file ? withoutMarkers(scanner, visitor) : visitor));
    }

    /**
     * Walks a range of memory that is no file's, and tells only of pages that were written; of all others the kernel is quick.
     *
     * @param dumps as in {@link #resident}
     */
    static void written(
            PagemapScanner scanner, long from, long to, long flags, boolean dumps, PagemapScanner.Visitor visitor)
            throws IOException {
        long without = PageCategory.ZERO_PAGE | (dumps ? 0 : PageCategory.GUARD);
        scanner.scan(
                from,
                to,
                flags,
                without,
                without | PageCategory.WRITTEN,
                PageCategory.PRESENT | PageCategory.SWAPPED,
                PageCategory.WRITTEN | PageCategory.GUARD,
                refusingGuards(scanner, visitor));
    }

    /**
     * Walks a range of a mapping that is registered, and tells what was written in it, or is not there and was not when it was protected.
     *
     * @param protect {@link PagemapScanner#PROTECT_MATCHING} or 0
     * @throws IOException with EPERM if some of it is not registered
     */
    static void unprotected(PagemapScanner scanner, long from, long to, long protect, PagemapScanner.Visitor visitor)
            throws IOException {
        scanner.scan(
                from,
                to,
                protect | PagemapScanner.CHECK_REGISTERED,
                0,
                PageCategory.WRITTEN,
                0,
                PageCategory.WRITTEN,
                visitor);
    }

    /**
     * Walks a range with mappings of several kinds, all of them registered, of a process that will be restored as it is now. What is told is to go through
     * {@link #ofKind}, mapping by mapping.
     *
     * @throws IOException with EPERM if some of it is not registered
     */
    static void ofAllKinds(PagemapScanner scanner, long from, long to, PagemapScanner.Visitor visitor)
            throws IOException {
        scanner.scanAtOnce(
                from,
                to,
                PagemapScanner.CHECK_REGISTERED,
                PageCategory.ZERO_PAGE,
                PageCategory.ZERO_PAGE,
                PageCategory.PRESENT | PageCategory.SWAPPED,
                PageCategory.WRITTEN | PageCategory.GUARD | PageCategory.PRESENT | PageCategory.FILE,
                visitor);
    }

    /** Passes on what {@link #resident} would tell of a mapping of a kind. */
    static PagemapScanner.Visitor ofKind(PagemapScanner scanner, VmaKind kind, PagemapScanner.Visitor visitor) {
        if (!kind.fileUnderneath()) {
            return refusingGuards(scanner, visitor);
        }
        PagemapScanner.Visitor own = refusingGuards(scanner, withoutMarkers(scanner, visitor));
        return (start, end, categories) -> {
            if ((categories & PageCategory.FILE) == 0) {
                own.range(start, end, categories);
            }
        };
    }

    private static PagemapScanner.Visitor refusingGuards(PagemapScanner scanner, PagemapScanner.Visitor visitor) {
        return (start, end, categories) -> {
            if ((categories & PageCategory.GUARD) != 0) {
                throw guard(scanner.pid(), start, end);
            }
            visitor.range(start, end, categories);
        };
    }

    /** They would arrive as ordinary pages, and what they guard against would go unnoticed. */
    private static CannotMoveException guard(int pid, long start, long end) {
        return new CannotMoveException(
                String.format("memory 0x%x-0x%x of process %d", start, end, pid),
                "it has guard pages of madvise(MADV_GUARD_INSTALL), which can not be moved yet",
                "let the program use mprotect(PROT_NONE)");
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
