package io.godwit.source.track;

import io.godwit.linux.memory.PageCategory;
import io.godwit.linux.memory.PagemapScanner;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.VmaKind;
import java.io.IOException;

/**
 * Finds the pages of a mapping that must travel: those that are there and are neither the shared zero page
 * nor, in a private mapping of a file, still the file's own.
 */
final class PageWalk {
    private PageWalk() {}

    static void resident(PagemapScanner scanner, Vma vma, VmaKind kind, long flags, PagemapScanner.Visitor visitor)
            throws IOException {
        long absent = PageCategory.ZERO_PAGE | PageCategory.GUARD;
        absent |= kind.fileUnderneath() ? PageCategory.FILE : 0;
        scanner.scan(
                vma.start(),
                vma.end(),
                flags,
                absent,
                absent,
                PageCategory.PRESENT | PageCategory.SWAPPED,
                PageCategory.WRITTEN,
                visitor);
    }
}
