package io.godwit.target.restore;

import io.godwit.image.pages.PageBatch;
import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagesReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** Passes pages of images on, by several threads, each of which passes what it has read while it is still in a processor's cache. */
final class PageFill {
    private final PagesReader reader;
    private final Queue<Part> parts = new ArrayDeque<>();
    private long bytes;
    private boolean failed;

    /** Nothing to pass yet. */
    PageFill(PagesReader reader) {
        this.reader = reader;
    }

    /** Takes the pages; each thread has one of its own. */
    @FunctionalInterface
    interface Sinks {
        PageSink open() throws IOException;
    }

    private record Part(Sinks sinks, PageReads reads) {}

    /** @param pages ascending */
    void add(Sinks sinks, List<PageIndex.Extent> pages) {
        bytes += bytes(pages);
        parts.add(new Part(sinks, new PageReads(pages)));
    }

    /** How many bytes these are. */
    static long bytes(List<PageIndex.Extent> pages) {
        return PageSink.PAGE
                * pages.stream().mapToLong(PageIndex.Extent::nrPages).sum();
    }

    /**
     * Passes all that were added; no thread is at work when this returns.
     *
     * @param what it does, for the names of the threads
     * @throws IOException if a page can not be read or is not taken
     */
    void run(String what) throws IOException {
        if (!parts.isEmpty()) {
            Workers.run(Workers.threads(bytes), what, this::work);
        }
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
                    sink = part.sinks().open();
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
