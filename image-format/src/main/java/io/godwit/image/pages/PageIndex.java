package io.godwit.image.pages;

import io.godwit.image.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Where each page of a pagemap is, looked up once through the whole chain of parents. */
public final class PageIndex {
    /** The link in a snapshot that names its parent. */
    public static final String PARENT_LINK = "parent";

    private static final PageIndex EMPTY = new PageIndex(List.of());

    private final List<Extent> extents;

    private PageIndex(List<Extent> extents) {
        this.extents = extents;
    }

    /**
     * Pages that lie together both in memory and in a pages file.
     *
     * @param offset of the first, in bytes
     */
    public record Extent(long vaddr, long nrPages, Path pagesFile, long offset) {
        public long end() {
            return vaddr + nrPages * PageSink.PAGE;
        }
    }

    /** Reads a pagemap and those of its parents. */
    public static PageIndex load(Path directory, PagemapId id) throws IOException {
        return load(directory, id, new HashSet<>());
    }

    /** The index of a directory that may have no such pagemap. */
    static PageIndex loadIfPresent(Path directory, PagemapId id) throws IOException {
        return Files.exists(directory.resolve(id.pagemapFileName())) ? load(directory, id) : EMPTY;
    }

    private static PageIndex load(Path directory, PagemapId id, Set<Path> seen) throws IOException {
        if (!seen.add(directory.toRealPath())) {
            throw new ImageException(directory + ": is its own parent by a chain of parent links; remake the link "
                    + directory.resolve(PARENT_LINK));
        }
        PagemapFile map = PagemapFile.read(directory, id);
        PageIndex parent = null;
        List<Extent> extents = new ArrayList<>();
        long offset = 0;
        for (PageRun run : map.runs()) {
            if (run.inParent()) {
                parent = parent == null ? parentOf(directory, id, seen) : parent;
                parent.copyTo(extents, run, map.file());
            } else if (run.present()) {
                append(extents, new Extent(run.vaddr(), run.nrPages(), map.pages(), offset));
                offset += run.nrPages() * PageSink.PAGE;
            }
        }
        if (offset > 0 && (!Files.exists(map.pages()) || Files.size(map.pages()) < offset)) {
            throw new ImageException(map.pages() + ": shorter than the " + offset + " bytes that " + map.file()
                    + " says; it is truncated");
        }
        return new PageIndex(List.copyOf(extents));
    }

    private static PageIndex parentOf(Path directory, PagemapId id, Set<Path> seen) throws IOException {
        Path parent = directory.resolve(PARENT_LINK);
        return Files.exists(parent.resolve(id.pagemapFileName())) ? load(parent, id, seen) : EMPTY;
    }

    private static void append(List<Extent> extents, Extent next) {
        if (!extents.isEmpty()) {
            Extent last = extents.get(extents.size() - 1);
            long bytes = last.nrPages() * PageSink.PAGE;
            if (last.end() == next.vaddr()
                    && last.pagesFile().equals(next.pagesFile())
                    && last.offset() + bytes == next.offset()) {
                extents.set(
                        extents.size() - 1,
                        new Extent(last.vaddr(), last.nrPages() + next.nrPages(), last.pagesFile(), last.offset()));
                return;
            }
        }
        extents.add(next);
    }

    private void copyTo(List<Extent> target, PageRun run, Path file) throws ImageException {
        long at = run.vaddr();
        int i = firstEndingAfter(at);
        while (at < run.end()) {
            if (i == extents.size() || extents.get(i).vaddr() > at) {
                throw new ImageException(String.format(
                        "%s: says that the page at 0x%x is in the parent, which does not have it; "
                                + "the parent link names the wrong snapshot or a snapshot is damaged",
                        file, at));
            }
            Extent extent = extents.get(i);
            long end = Math.min(run.end(), extent.end());
            append(
                    target,
                    new Extent(
                            at, (end - at) / PageSink.PAGE, extent.pagesFile(), extent.offset() + at - extent.vaddr()));
            at = end;
            i++;
        }
    }

    /** Ascending, not overlapping. */
    public List<Extent> extents() {
        return extents;
    }

    /** First address of a range that is not here, or the range's end. */
    long firstMissing(long start, long end) {
        long at = start;
        for (int i = firstEndingAfter(start); i < extents.size() && at < end; i++) {
            if (extents.get(i).vaddr() > at) {
                break;
            }
            at = extents.get(i).end();
        }
        return Math.min(at, end);
    }

    /** Frees what this index has of a range. */
    void punch(long start, long end, HolePuncher puncher) throws IOException {
        for (int i = firstEndingAfter(start);
                i < extents.size() && extents.get(i).vaddr() < end;
                i++) {
            Extent extent = extents.get(i);
            long from = Math.max(start, extent.vaddr());
            long until = Math.min(end, extent.end());
            puncher.punch(extent.pagesFile(), extent.offset() + from - extent.vaddr(), until - from);
        }
    }

    private int firstEndingAfter(long address) {
        int low = 0;
        int high = extents.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (extents.get(middle).end() > address) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
