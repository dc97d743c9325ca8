package io.godwit.target.plan;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * In which order the pages of a chain of snapshots are read. By address the files would alternate with every page that a newer
 * snapshot has replaced; so it is file by file, the one with most pages first. A small gap in it, of pages that one of the later
 * files has, is read with what lies around it, and written over.
 */
final class FillOrder {
    /** Reading so much for nothing takes no longer than another call. */
    private static final long MAX_GAP_BYTES = 16L * PageSink.PAGE;

    private final List<PageIndex.Extent> extents;
    private final Map<Path, Reads> files = new HashMap<>();

    /** What is read of one file, and where in the list of all extents the last one of it is. */
    private static final class Reads {
        private final List<PageIndex.Extent> list = new ArrayList<>();
        private long pages;
        private int rank;
        private int last;

        PageIndex.Extent lastRead() {
            return list.get(list.size() - 1);
        }
    }

    private FillOrder(List<PageIndex.Extent> extents) {
        this.extents = extents;
    }

    /** @param extents ascending by address, and those of each file by offset too */
    static List<PageIndex.Extent> of(List<PageIndex.Extent> extents) {
        return new FillOrder(extents).order();
    }

    private List<PageIndex.Extent> order() {
        for (PageIndex.Extent extent : extents) {
            files.computeIfAbsent(extent.pagesFile(), file -> new Reads()).pages += extent.nrPages();
        }
        if (files.size() < 2) {
            return extents;
        }
        List<Reads> order = new ArrayList<>(files.values());
        order.sort(Comparator.comparingLong((Reads reads) -> reads.pages).reversed());
        for (int i = 0; i < order.size(); i++) {
            order.get(i).rank = i;
        }
        for (int i = 0; i < extents.size(); i++) {
            add(files.get(extents.get(i).pagesFile()), i);
        }
        List<PageIndex.Extent> all = new ArrayList<>();
        order.forEach(reads -> all.addAll(reads.list));
        return all;
    }

    private void add(Reads reads, int number) {
        PageIndex.Extent next = extents.get(number);
        if (!reads.list.isEmpty() && gapIsWrittenLater(reads, number)) {
            PageIndex.Extent before = reads.lastRead();
            long pages = (next.end() - before.vaddr()) / PageSink.PAGE;
            reads.list.set(
                    reads.list.size() - 1,
                    new PageIndex.Extent(before.vaddr(), pages, before.pagesFile(), before.offset()));
        } else {
            reads.list.add(next);
        }
        reads.last = number;
    }

    /** Whether all pages between the last extent of a file and the next one are in files that come after it. */
    private boolean gapIsWrittenLater(Reads reads, int number) {
        PageIndex.Extent before = reads.lastRead();
        PageIndex.Extent next = extents.get(number);
        long gap = next.vaddr() - before.end();
        if (gap > MAX_GAP_BYTES || next.offset() - before.offset() != next.vaddr() - before.vaddr()) {
            return false;
        }
        long covered = before.end();
        for (int i = reads.last + 1; i < number; i++) {
            PageIndex.Extent between = extents.get(i);
            if (between.vaddr() != covered || files.get(between.pagesFile()).rank < reads.rank) {
                return false;
            }
            covered = between.end();
        }
        return covered == next.vaddr();
    }
}
