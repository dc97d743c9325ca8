package io.godwit.source.track;

import io.godwit.image.proto.MmEntry;
import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import java.io.IOException;

/**
 * Finds the pages that a child still shares with its parent since the fork: both have the same page frame at the same address.
 * The kernel shows frame numbers only to those who have CAP_SYS_ADMIN; without it pages that the kernel says are shared with
 * someone are read in both processes and compared.
 *
 * <p>While the two run, the target's copy of the parent has a page as it was when the parent's memory was scanned in this
 * round, and the child's page must be as that one. The parent's pagemap tells that a page was not written since that scan in the
 * same word as the frame. The child's page was protected before it is looked at here, so what is written to it later travels
 * in the next round. The child's word is read before and after the parent's, as the kernel may move a page to another
 * frame at any time. Where anything is in doubt the page is sent.
 */
public final class ForkedPages implements Inheritance {
    private static final int PAGE = 4096;

    private final PagemapFile parent;
    private final PagemapFile child;
    private final CommonRanges common;
    private final boolean still;
    private final Scratch scratch;
    private final PageContents contents;
    private int next;

    /** Memory to work in, for one comparison after the other. */
    public static final class Scratch {
        private static final int PAGES = 8192;
        private final NativeMemory ofParent = NativeMemory.allocate(PAGES * Long.BYTES);
        private final NativeMemory ofChild = NativeMemory.allocate(PAGES * Long.BYTES);
        private final NativeMemory again = NativeMemory.allocate(PAGES * Long.BYTES);
        private final Likeness[] found = new Likeness[PAGES];
    }

    private ForkedPages(
            PagemapFile parent,
            PagemapFile child,
            CommonRanges common,
            boolean still,
            Scratch scratch,
            PageContents c) {
        this.parent = parent;
        this.child = child;
        this.common = common;
        this.still = still;
        this.scratch = scratch;
        this.contents = c;
    }

    /**
     * Compares two processes.
     *
     * @param parentSpace the mappings that the target's copy of the parent has
     * @param childSpace those that its copy of the child will have
     * @param still both processes stand still, and no page of the parent is to be protected any more
     */
    public static Inheritance between(
            int parent, MmEntry parentSpace, int child, MmEntry childSpace, boolean still, Scratch scratch)
            throws IOException {
        CommonRanges common = CommonRanges.of(parentSpace, childSpace);
        if (common.ranges().isEmpty()) {
            return NONE;
        }
        PagemapFile childs = PagemapFile.open(child);
        try {
            PagemapFile parents = PagemapFile.open(parent);
            return new ForkedPages(parents, childs, common, still, scratch, new PageContents(parent, child));
        } catch (LinuxException e) {
            childs.close();
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH) {
                return NONE; // the parent has ended just now
            }
            throw e;
        }
    }

    @Override
    public void split(long start, long end, MemoryTracker.Visitor visitor) throws IOException {
        long at = start;
        while (at < end) {
            CommonRanges.Range range = rangeEndingAbove(at);
            if (range == null || range.start() >= end) {
                visitor.pages(at, end, true);
                return;
            }
            if (at < range.start()) {
                visitor.pages(at, range.start(), true);
                at = range.start();
            }
            long until = Math.min(Math.min(end, range.end()), at + (long) Scratch.PAGES * PAGE);
            compare(at, until, visitor);
            at = until;
        }
    }

    private CommonRanges.Range rangeEndingAbove(long address) {
        while (next < common.ranges().size() && common.ranges().get(next).end() <= address) {
            next++;
        }
        return next < common.ranges().size() ? common.ranges().get(next) : null;
    }

    private void compare(long start, long end, MemoryTracker.Visitor visitor) throws IOException {
        int pages = (int) ((end - start) / PAGE);
        look(start, pages);
        int from = 0;
        while (from < pages) {
            Likeness likeness = scratch.found[from];
            int to = from + 1;
            while (to < pages && scratch.found[to] == likeness) {
                to++;
            }
            report(start + (long) from * PAGE, start + (long) to * PAGE, likeness, visitor);
            from = to;
        }
    }

    private void look(long start, int pages) throws IOException {
        int read = child.read(start, pages, scratch.ofChild);
        read = Math.min(read, parent.read(start, pages, scratch.ofParent));
        read = Math.min(read, child.read(start, pages, scratch.again));
        for (int i = 0; i < pages; i++) {
            if (i < read) {
                long word = scratch.ofParent.buffer().getLong(i * Long.BYTES);
                Likeness first = likeness(word, scratch.ofChild.buffer().getLong(i * Long.BYTES), still);
                Likeness second = likeness(word, scratch.again.buffer().getLong(i * Long.BYTES), still);
                scratch.found[i] = first == second ? first : Likeness.OTHER;
            } else {
                scratch.found[i] = Likeness.OTHER; // one of the processes has ended
            }
        }
    }

    /** What the pagemaps say of a page in both processes. */
    enum Likeness {
        SAME,
        OTHER,
        /** The frames are not shown. */
        PERHAPS
    }

    /** Compares the pagemap words of a page. */
    static Likeness likeness(long parent, long child, boolean still) {
        boolean own = (parent & child & PagemapFile.PRESENT) != 0
                && ((parent | child) & (PagemapFile.SWAPPED | PagemapFile.FILE)) == 0;
        boolean frames = (parent & PagemapFile.FRAME) == (child & PagemapFile.FRAME);
        if (!own || !frames || !still && (parent & PagemapFile.PROTECTED) == 0) {
            return Likeness.OTHER;
        }
        if ((parent & PagemapFile.FRAME) != 0) {
            return Likeness.SAME;
        }
        return ((parent | child) & PagemapFile.EXCLUSIVE) == 0 ? Likeness.PERHAPS : Likeness.OTHER;
    }

    private void report(long start, long end, Likeness likeness, MemoryTracker.Visitor visitor) throws IOException {
        if (likeness == Likeness.PERHAPS) {
            contents.compare(start, end, visitor, this::unwritten);
        } else {
            visitor.pages(start, end, likeness == Likeness.OTHER);
        }
    }

    /** Whether the parent has not written to a page since it was scanned. */
    private boolean unwritten(long page) throws IOException {
        return still
                || parent.read(page, 1, scratch.again) == 1
                        && (scratch.again.buffer().getLong(0) & PagemapFile.PROTECTED) != 0;
    }

    @Override
    public void close() {
        contents.close();
        parent.close();
        child.close();
    }
}
