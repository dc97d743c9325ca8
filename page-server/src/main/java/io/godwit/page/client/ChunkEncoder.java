package io.godwit.page.client;

import io.godwit.image.pages.PageBatch;
import io.godwit.image.pages.PageSink;
import io.godwit.page.protocol.Checksum;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.godwit.page.protocol.Lz4;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Gathers runs of pages and sends them in chunks, their contents compressed where that pays. */
final class ChunkEncoder {
    /** A chunk that shrinks by less is sent as it is, which spares the target to decompress it. */
    private static final double WORTH_SENDING = 0.9;

    /** A buffer grows from this; it is kept until the connection has taken it, so that it should not be too large. */
    private static final int FIRST_BYTES = 8 << 10;

    private final Streams streams;
    private final PageCounters counters;
    private final CompressionPolicy policy = new CompressionPolicy();
    private final PageBatch batch = new PageBatch();
    private ByteBuf contents;
    private Lz4 lz4;

    ChunkEncoder(Streams streams, PageCounters counters) {
        this.streams = streams;
        this.counters = counters;
    }

    /** Adds pages; the caller may change them afterwards. */
    void data(long address, ByteBuffer pages) throws IOException {
        long at = address;
        int end = pages.limit();
        while (pages.position() < end) {
            int room = Frame.CHUNK_BYTES - (contents == null ? 0 : contents.readableBytes());
            if (room == 0 || batch.full()) {
                flush(true);
                continue;
            }
            int bytes = Math.min(room, end - pages.position());
            if (contents == null) {
                contents = streams.allocator().directBuffer(Math.max(FIRST_BYTES, bytes), Frame.MAX_PAGES_BYTES);
            }
            contents.writeBytes(pages.limit(pages.position() + bytes));
            batch.add(PageBatch.Kind.DATA, at, bytes / PageSink.PAGE);
            at += bytes;
        }
        pages.limit(end);
    }

    /** Adds pages that need no contents. */
    void run(PageBatch.Kind kind, long address, long nrPages) throws IOException {
        if (batch.full()) {
            flush(true);
        }
        batch.add(kind, address, nrPages);
    }

    /** Sends what was added. */
    void flush() throws IOException {
        flush(false);
    }

    private void flush(boolean full) throws IOException {
        if (batch.count() == 0) {
            return;
        }
        int bytes = contents == null ? 0 : contents.readableBytes();
        ByteBuf block = bytes > 0 && policy.compressNext() ? compressed(bytes) : null;
        ByteBuf payload = block != null ? block : contents;
        if (payload == null) {
            payload = streams.allocator().directBuffer(batch.count() * Frame.RUN_BYTES, Frame.MAX_PAGES_BYTES);
        }
        int wireBytes = block == null ? bytes : block.readableBytes();
        counters.compressed(bytes - wireBytes);
        int runs = batch.count();
        long address = batch.address(0);
        writeTable(payload);
        contents = null;
        int encoding = block == null ? Frame.PLAIN : Frame.LZ4;
        streams.chunk(new Frame(FrameType.PAGES, encoding, address, runs, Checksum.of(payload), payload), full);
        if (bytes > 0) {
            policy.sent(bytes, wireBytes, System.nanoTime(), streams.blockedNanos());
        }
    }

    private void writeTable(ByteBuf payload) {
        payload.ensureWritable(batch.count() * Frame.RUN_BYTES);
        for (int run = 0; run < batch.count(); run++) {
            payload.writeLongLE(batch.address(run) | batch.kind(run).ordinal());
            payload.writeLongLE(batch.pages(run));
        }
        batch.clear();
    }

    /** What takes the place of the contents, with room for the table; null if it is not worth it. */
    private ByteBuf compressed(int bytes) {
        if (lz4 == null) {
            lz4 = new Lz4();
        }
        int most = (int) (bytes * WORTH_SENDING);
        ByteBuf block = streams.allocator().directBuffer(most, Frame.MAX_PAGES_BYTES);
        long start = System.nanoTime();
        boolean shrunk = lz4.compress(contents.nioBuffer(), block, most);
        policy.compressed(bytes, shrunk ? block.readableBytes() : bytes, System.nanoTime() - start);
        (shrunk ? contents : block).release();
        return shrunk ? block : null;
    }

    /** Throws away what was not sent. */
    void discard() {
        batch.clear();
        if (contents != null) {
            contents.release();
            contents = null;
        }
    }

    /** A new round: the time that passed before it says nothing of the connection. */
    void interrupted() {
        policy.interrupted();
    }
}
