package io.godwit.target.restore;

import io.godwit.image.pages.PageBatch;
import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagesReader;
import io.godwit.target.plan.AddressRange;
import io.godwit.target.plan.TaskSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Fills tasks with pages of images, by several threads, in the way in which a migration fills them with what it receives: pages are read
 * while they are still in a processor's cache given to the task.
 */
final class ImageFill {
    /** From here on pages are given, which takes less time for each, but has to be prepared. */
    private static final long WORTH_GIVING = 1L << 20;

    private static final long HUGE_PAGE = 2L << 20;

    private final PagesReader reader;
    private final boolean hugeAlways;
    private final boolean lazy;
    private final List<GrownTask> tasks = new ArrayList<>();
    private final Queue<Part> parts = new ArrayDeque<>();
    private long bytes;
    private boolean failed;

    /**
     * Nothing to fill yet.
     *
     * @param hugeAlways all memory that is written is given out in huge pages
     * @param lazy other pages are to come later, which must not be there before, as they would be beside others in a huge page
     */
    ImageFill(PagesReader reader, boolean hugeAlways, boolean lazy) {
        this.reader = reader;
        this.hugeAlways = hugeAlways;
        this.lazy = lazy;
    }

    /** What a task is to get. */
    private record Part(GrownTask task, PageReads reads) {}

    /**
     * Adds a task, by the thread that traces it; its memory is writable.
     *
     * @param pages that it does not have yet, ascending
     * @param snapshot tells where its program asked for huge pages, or that it wants none
     */
    void add(GrownTask task, List<PageIndex.Extent> pages, TaskSnapshot snapshot) throws IOException {
        long own = PageSink.PAGE
                * pages.stream().mapToLong(PageIndex.Extent::nrPages).sum();
        boolean small = lazy || snapshot.mm().getThpDisabled();
        boolean advised = !small && adviseHuge(task, pages, snapshot.inHugePages());
        if (small || advised) {
            task.memory().expectEach(task);
        } else if (own >= WORTH_GIVING && !hugeAlways) {
            task.memory().expect(task);
        }
        bytes += own;
        tasks.add(task);
        parts.add(new Part(task, new PageReads(pages)));
    }

    /** What fills a huge page is given out as one; tells whether there is something that does. */
    private static boolean adviseHuge(GrownTask task, List<PageIndex.Extent> pages, List<AddressRange> huge)
            throws IOException {
        boolean advised = false;
        RangeSet all = new RangeSet();
        pages.forEach(extent -> all.add(extent.vaddr(), extent.end()));
        for (AddressRange asked : huge) {
            for (AddressRange range : all.within(asked.start(), asked.end())) {
                long start = range.start() + HUGE_PAGE - 1 & -HUGE_PAGE;
                long end = range.end() & -HUGE_PAGE;
                if (start < end) {
                    task.memory().adviseHuge(task, start, end);
                    advised = true;
                }
            }
        }
        return advised;
    }

    /** Fills all that were added. */
    void run() throws IOException {
        Workers.run(Workers.threads(bytes), "fill memory", this::work);
        tasks.forEach(task -> task.memory().expectNoMore());
    }

    private void work() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PageReads.MAX_BYTES);
        PageBatch batch = new PageBatch();
        Part part = null;
        PageSink sink = null;
        try {
            for (Part next = current(); next != null; next = current()) {
                if (next != part) {
                    part = next;
                    sink = new InPlacePages(part.task(), part.task().memory());
                }
                PageReads.Read read = part.reads().next();
                if (read == null) {
                    done(part);
                } else {
                    pass(read, buffer, batch, sink);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            fail();
            throw e;
        }
    }

    private synchronized Part current() {
        return failed ? null : parts.peek();
    }

    private synchronized void done(Part part) {
        if (parts.peek() == part) {
            parts.remove();
        }
    }

    private synchronized void fail() {
        failed = true;
    }

    private void pass(PageReads.Read read, ByteBuffer buffer, PageBatch batch, PageSink sink) throws IOException {
        buffer.clear().limit(read.bytes());
        reader.read(read.file(), read.offset(), buffer);
        batch.clear();
        int end = 0;
        for (PageIndex.Extent extent : read.pages()) {
            int at = (int) (extent.offset() - read.offset());
            int length = (int) (extent.nrPages() * PageSink.PAGE);
            if (at > end) {
                buffer.put(end, buffer, at, length);
            }
            batch.add(PageBatch.Kind.DATA, extent.vaddr(), extent.nrPages());
            end += length;
        }
        buffer.position(0).limit(end);
        batch.setContents(buffer);
        sink.batch(batch);
    }
}
