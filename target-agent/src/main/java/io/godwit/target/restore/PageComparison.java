package io.godwit.target.restore;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagesReader;
import io.godwit.target.plan.AddressRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds which pages of a child are not as its parent's at the same addresses. Images tell of each process alone, so that only the
 * contents show what the two may share.
 */
final class PageComparison {
    private static final int PAGE = PageSink.PAGE;
    private static final int CHUNK_BYTES = 256 << 10;

    private final PagesReader reader;
    private final ByteBuffer ofChild = ByteBuffer.allocateDirect(CHUNK_BYTES);
    private final ByteBuffer ofParent = ByteBuffer.allocateDirect(CHUNK_BYTES);

    PageComparison(PagesReader reader) {
        this.reader = reader;
    }

    /**
     * The child's pages that it must get from the images.
     *
     * @param child its pages, ascending
     * @param parent the parent's, ascending
     * @param inherited where the child has the parent's pages
     */
    List<PageIndex.Extent> differing(List<PageIndex.Extent> child, List<PageIndex.Extent> parent, RangeSet inherited)
            throws IOException {
        List<PageIndex.Extent> differing = new ArrayList<>();
        int first = 0;
        for (PageIndex.Extent extent : child) {
            long at = extent.vaddr();
            while (first < parent.size() && parent.get(first).end() <= at) {
                first++;
            }
            for (int i = first; i < parent.size() && parent.get(i).vaddr() < extent.end(); i++) {
                PageIndex.Extent other = parent.get(i);
                long start = Math.max(at, other.vaddr());
                for (AddressRange both : inherited.within(start, Math.min(extent.end(), other.end()))) {
                    add(differing, extent, at, both.start());
                    compare(extent, other, both, differing);
                    at = both.end();
                }
            }
            add(differing, extent, at, extent.end());
        }
        return differing;
    }

    private void compare(
            PageIndex.Extent child, PageIndex.Extent parent, AddressRange range, List<PageIndex.Extent> differing)
            throws IOException {
        if (child.pagesFile().equals(parent.pagesFile())
                && child.offset() - child.vaddr() == parent.offset() - parent.vaddr()) {
            return;
        }
        for (long start = range.start(); start < range.end(); start += CHUNK_BYTES) {
            int bytes = (int) Math.min(CHUNK_BYTES, range.end() - start);
            read(child, start, bytes, ofChild);
            read(parent, start, bytes, ofParent);
            if (ofChild.mismatch(ofParent) < 0) {
                continue;
            }
            for (int page = 0; page < bytes; page += PAGE) {
                if (!ofChild.slice(page, PAGE).equals(ofParent.slice(page, PAGE))) {
                    add(differing, child, start + page, start + page + PAGE);
                }
            }
        }
    }

    /** Adds a part of an extent; one that goes on where the last one ended becomes a part of it. */
    private static void add(List<PageIndex.Extent> extents, PageIndex.Extent whole, long start, long end) {
        if (start >= end) {
            return;
        }
        long offset = whole.offset() + start - whole.vaddr();
        long pages = (end - start) / PAGE;
        int last = extents.size() - 1;
        if (last >= 0) {
            PageIndex.Extent before = extents.get(last);
            if (before.end() == start
                    && before.pagesFile().equals(whole.pagesFile())
                    && before.offset() + before.nrPages() * PAGE == offset) {
                extents.set(
                        last,
                        new PageIndex.Extent(
                                before.vaddr(), before.nrPages() + pages, before.pagesFile(), before.offset()));
                return;
            }
        }
        extents.add(new PageIndex.Extent(start, pages, whole.pagesFile(), offset));
    }

    private void read(PageIndex.Extent extent, long address, int bytes, ByteBuffer into) throws IOException {
        into.clear().limit(bytes);
        reader.read(extent.pagesFile(), extent.offset() + address - extent.vaddr(), into);
        into.flip();
    }
}
