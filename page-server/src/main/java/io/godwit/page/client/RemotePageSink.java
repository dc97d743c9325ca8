package io.godwit.page.client;

import io.godwit.image.pages.PageBatch;
import io.godwit.image.pages.PageSink;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends the pages of one pagemap in chunks; pages of zeros are told, not sent. */
final class RemotePageSink implements PageSink {
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(PAGE).asReadOnlyBuffer();

    private final Streams streams;
    private final ChunkEncoder chunks;
    private final PageCounters counters;

    RemotePageSink(Streams streams, ChunkEncoder chunks, PageCounters counters) {
        this.streams = streams;
        this.chunks = chunks;
        this.counters = counters;
    }

    @Override
    public void data(long vaddr, ByteBuffer pages) throws IOException {
        counters.data(pages.remaining());
        int base = pages.position();
        int end = pages.limit();
        int at = base;
        while (at < end) {
            boolean zero = isZero(pages, at);
            int until = at + PAGE;
            while (until < end && isZero(pages, until) == zero) {
                until += PAGE;
            }
            long address = vaddr + at - base;
            if (zero) {
                zero(address, (until - at) / PAGE);
            } else {
                chunks.data(address, pages.slice(at, until - at));
            }
            at = until;
        }
        pages.position(end);
    }

    private static boolean isZero(ByteBuffer pages, int at) {
        if (pages.getLong(at) != 0) {
            return false;
        }
        return pages.slice(at, PAGE).mismatch(ZEROS.duplicate()) < 0;
    }

    @Override
    public void zero(long vaddr, long nrPages) throws IOException {
        counters.zero(nrPages * PAGE);
        chunks.run(PageBatch.Kind.ZERO, vaddr, nrPages);
    }

    @Override
    public void parent(long vaddr, long nrPages) throws IOException {
        counters.parent(nrPages * PAGE);
        chunks.run(PageBatch.Kind.PARENT, vaddr, nrPages);
    }

    @Override
    public void close() throws IOException {
        chunks.flush();
        streams.endPagemap();
    }
}
