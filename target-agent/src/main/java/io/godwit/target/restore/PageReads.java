package io.godwit.target.restore;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * In which order the pages of a chain of snapshots are read. By address the files would alternate with every page that a newer
 * snapshot has replaced; so it is file by file, as much at a time as a processor's own cache keeps. A small gap is read with
 * what lies around it. Several threads may ask.
 */
final class PageReads {
    /** The most that is read at a time. */
    static final int MAX_BYTES = 256 << 10;

    /** To read so much for nothing takes no longer than another call. */
    private static final int MAX_GAP_BYTES = 8 * PageSink.PAGE;

    private final Iterator<List<PageIndex.Extent>> files;
    private Iterator<PageIndex.Extent> extents = List.<PageIndex.Extent>of().iterator();
    /** What is left of the extent that is next; null if there is none of this file. */
    private PageIndex.Extent left;

    /**
     * One read.
     *
     * @param offset in bytes
     * @param pages what of it is wanted, ascending in the file
     */
    record Read(Path file, long offset, int bytes, List<PageIndex.Extent> pages) {}

    /** @param extents ascending by address */
    PageReads(List<PageIndex.Extent> extents) {
        Map<Path, List<PageIndex.Extent>> byFile = new LinkedHashMap<>();
        for (PageIndex.Extent extent : extents) {
            byFile.computeIfAbsent(extent.pagesFile(), file -> new ArrayList<>())
                    .add(extent);
        }
        this.files = byFile.values().iterator();
    }

    /** The next one; null at the end. */
    synchronized Read next() {
        if (left == null && !nextFile()) {
            return null;
        }
        long offset = left.offset();
        Path file = left.pagesFile();
        long end = offset;
        List<PageIndex.Extent> pages = new ArrayList<>();
        while (left != null && left.offset() >= end && left.offset() - end <= MAX_GAP_BYTES) {
            long room = MAX_BYTES - (left.offset() - offset);
            if (room <= 0) {
                break;
            }
            PageIndex.Extent piece = take(room / PageSink.PAGE);
            pages.add(piece);
            end = piece.offset() + piece.nrPages() * PageSink.PAGE;
        }
        return new Read(file, offset, (int) (end - offset), pages);
    }

    private boolean nextFile() {
        if (!files.hasNext()) {
            return false;
        }
        extents = files.next().iterator();
        left = extents.next();
        return true;
    }

    private PageIndex.Extent take(long most) {
        PageIndex.Extent whole = left;
        if (whole.nrPages() <= most) {
            left = extents.hasNext() ? extents.next() : null;
            return whole;
        }
        long bytes = most * PageSink.PAGE;
        left = new PageIndex.Extent(
                whole.vaddr() + bytes, whole.nrPages() - most, whole.pagesFile(), whole.offset() + bytes);
        return new PageIndex.Extent(whole.vaddr(), most, whole.pagesFile(), whole.offset());
    }
}
