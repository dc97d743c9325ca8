package io.godwit.source.track;

import io.godwit.linux.memory.PagemapScanner;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.SideWork;
import java.io.IOException;

/** Looks for what is not protected in a mapping: with two threads in a large one, as the walk over the page tables of 8 GiB takes one of them 3-5 ms. */
final class UnprotectedScan {
    /** Another thread costs as much as the walk over half of it. */
    static final long LARGE = 512 << 20;

    /** Where the halves meet, a page table ends too. */
    private static final long TABLE = 2 << 20;

    private final PagemapScanner scanner;
    /** Null until there is a large mapping. */
    private PagemapScanner another;

    UnprotectedScan(PagemapScanner scanner) {
        this.scanner = scanner;
    }

    /** @throws IOException if some of it is not registered */
    Unprotected of(Vma vma) throws IOException {
        Unprotected ranges = new Unprotected(vma.start());
        if (vma.bytes() < LARGE) {
            scan(scanner, vma.start(), vma.end(), ranges);
            return ranges;
        }
        another = another == null ? scanner.beside() : another;
        long middle = vma.start() + vma.bytes() / 2 & -TABLE;
        Unprotected later = new Unprotected(middle);
        SideWork half = new SideWork("godwit-scan", () -> scan(another, middle, vma.end(), later));
        half.start();
        try {
            scan(scanner, vma.start(), middle, ranges);
        } catch (IOException | RuntimeException | Error e) {
            half.abandon();
            throw e;
        }
        half.await();
        ranges.add(later);
        return ranges;
    }

    private static void scan(PagemapScanner by, long start, long end, Unprotected ranges) throws IOException {
        PageWalk.unprotected(by, start, end, 0, (from, to, categories) -> ranges.add(from, to));
    }
}
