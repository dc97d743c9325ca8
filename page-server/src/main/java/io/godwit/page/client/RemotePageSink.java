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
    private final boolean words;
    private ByteBuffer lent;
    private boolean hinted;

    /** @param words the other side takes single words too */
    RemotePageSink(Streams streams, ChunkEncoder chunks, PageCounters counters, boolean words) {
        this.streams = streams;
        this.chunks = chunks;
        this.counters = counters;
        this.words = words;
    }

    /** Takes pages that have contents, which are in a buffer at a place. */
    private interface Contents {
        void take(long vaddr, int at, int bytes) throws IOException;
    }

    @Override
    public void data(long vaddr, ByteBuffer pages) throws IOException {
        sift(
                vaddr,
                pages,
                pages.position(),
                pages.limit(),
                (address, at, bytes) -> chunks.data(address, pages.slice(at, bytes)));
        pages.position(pages.limit());
    }

    @Override
    public ByteBuffer lend(int bytes) throws IOException {
        endHints();
        lent = chunks.lend(bytes);
        return lent;
    }

    @Override
    public void lent(long vaddr, int offset, int bytes) throws IOException {
        sift(vaddr, lent, offset, offset + bytes, chunks::lent);
    }

    @Override
    public void giveBack() {
        lent = null;
        chunks.takeBack();
    }

    private void sift(long vaddr, ByteBuffer pages, int start, int end, Contents contents) throws IOException {
        endHints();
        counters.data(end - start);
        int at = start;
        while (at < end) {
            boolean zero = isZero(pages, at);
            int until = at + PAGE;
            while (until < end && isZero(pages, until) == zero) {
                until += PAGE;
            }
            long address = vaddr + at - start;
            if (zero) {
                zero(address, (until - at) / PAGE);
            } else {
                contents.take(address, at, until - at);
            }
            at = until;
        }
    }

    private static boolean isZero(ByteBuffer pages, int at) {
        if (pages.getLong(at) != 0) {
            return false;
        }
        return pages.slice(at, PAGE).mismatch(ZEROS.duplicate()) < 0;
    }

    @Override
    public void zero(long vaddr, long nrPages) throws IOException {
        endHints();
        counters.zero(nrPages * PAGE);
        chunks.run(PageBatch.Kind.ZERO, vaddr, nrPages);
    }

    @Override
    public void parent(long vaddr, long nrPages) throws IOException {
        endHints();
        counters.parent(nrPages * PAGE);
        chunks.run(PageBatch.Kind.PARENT, vaddr, nrPages);
    }

    @Override
    public boolean takesWords() {
        return words;
    }

    @Override
    public void word(long address, long value) throws IOException {
        chunks.run(PageBatch.Kind.WORD, address, value);
    }

    @Override
    public void huge(long vaddr, long nrPages) throws IOException {
        if (!hinted) {
            chunks.flush();
            hinted = true;
        }
        chunks.huge(vaddr, nrPages);
    }

    private void endHints() throws IOException {
        if (hinted) {
            chunks.flushHints();
            hinted = false;
        }
    }

    @Override
    public void close() throws IOException {
        endHints();
        chunks.flush();
        streams.endPagemap();
    }
}
