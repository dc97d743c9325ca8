package io.godwit.page.client;

import io.godwit.image.pages.PageBatch;
import io.godwit.image.pages.PageSink;
import io.godwit.page.protocol.Checksum;
import io.godwit.page.protocol.Codec;
import io.godwit.page.protocol.Codecs;
import io.godwit.page.protocol.Encoding;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.godwit.page.protocol.Zstd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
    private final Codecs codecs = new Codecs();
    private EncodingChoice choice = Compression.AUTO.choice();
    private final PageBatch batch = new PageBatch();
    /** Where chunks are compressed. */
    private final ByteBuf scratch = Unpooled.directBuffer(Frame.CHUNK_BYTES, Frame.CHUNK_BYTES);

    private ByteBuf contents;
    /** Where in the contents the part that is lent begins. */
    private int lentStart;

    /** Where it ends; -1 if nothing is lent. */
    private int lentEnd = -1;

    ChunkEncoder(Streams streams, PageCounters counters) {
        this.streams = streams;
        this.counters = counters;
        Zstd.load();
    }

    /** From now on contents are sent as is wanted. */
    void compress(Compression wanted) {
        choice = wanted.choice();
    }

    /** Room in the contents of the next chunk, to be filled from outside. */
    ByteBuffer lend(int bytes) throws IOException {
        boolean fits = contents == null || Frame.CHUNK_BYTES - contents.readableBytes() >= bytes;
        if (!fits || batch.count() > PageBatch.MAX_RUNS - PageSink.LENT_RUNS) {
            flush(true);
        }
        ensureRoom(bytes);
        lentStart = contents.writerIndex();
        lentEnd = lentStart + bytes;
        return contents.nioBuffer(lentStart, bytes);
    }

    /** Adds pages that were put where {@link #lend} said; no byte is moved as long as none was left out before. */
    void lent(long address, int offset, int bytes) throws IOException {
        makeRoomForRun();
        int to = contents.writerIndex();
        if (lentStart + offset != to) {
            contents.setBytes(to, contents, lentStart + offset, bytes);
        }
        contents.writerIndex(to + bytes);
        batch.add(PageBatch.Kind.DATA, address, bytes / PageSink.PAGE);
    }

    /** What was lent and not given is room again. */
    void takeBack() {
        lentEnd = -1;
    }

    /** Room for the table is asked for at once: to make a buffer larger is to copy it. */
    private void ensureRoom(int bytes) {
        if (contents == null) {
            int capacity = Math.max(
                    FIRST_BYTES,
                    bytes + (bytes < Frame.CHUNK_BYTES / 2 ? 0 : Frame.MAX_PAGES_BYTES - Frame.CHUNK_BYTES));
            contents = buffer(capacity);
        }
        contents.ensureWritable(bytes);
    }

    private ByteBuf buffer(int bytes) {
        return Frame.payload(streams.allocator(), bytes, Frame.MAX_PAGES_BYTES);
    }

    private void makeRoomForRun() throws IOException {
        if (!batch.full()) {
            return;
        }
        if (contents != null && lentEnd > contents.writerIndex()) {
            throw new IllegalStateException(
                    "more than " + PageSink.LENT_RUNS + " runs were added while a buffer was lent");
        }
        flush(true);
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
            ensureRoom(bytes);
            contents.writeBytes(pages.limit(pages.position() + bytes));
            batch.add(PageBatch.Kind.DATA, at, bytes / PageSink.PAGE);
            at += bytes;
        }
        pages.limit(end);
    }

    /** Adds pages that need no contents. */
    void run(PageBatch.Kind kind, long address, long nrPages) throws IOException {
        makeRoomForRun();
        batch.add(kind, address, nrPages);
    }

    /** Adds what has to be known of pages before they come, by whichever connection; nothing else may be in the chunk. */
    void huge(long address, long nrPages) throws IOException {
        if (batch.full()) {
            flushHints();
        }
        batch.add(PageBatch.Kind.HUGE, address, nrPages);
    }

    /** Sends the hints by all connections. */
    void flushHints() throws IOException {
        if (batch.count() > 0) {
            streams.toAll(frame(Frame.PLAIN, tableAlone()));
        }
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
        Encoding encoding = bytes > 0 ? choice.next() : Encoding.PLAIN;
        ByteBuf block = encoding == Encoding.PLAIN ? null : compressed(encoding, bytes);
        ByteBuf payload = block != null ? block : contents;
        if (payload == null) {
            payload = tableAlone();
        }
        int wireBytes = block == null ? bytes : block.readableBytes();
        counters.compressed(bytes - wireBytes);
        contents = null;
        boolean steady = streams.chunk(frame(block == null ? Frame.PLAIN : encoding.ordinal(), payload), full);
        if (!steady) {
            choice.interrupted();
        } else if (bytes > 0) {
            choice.sent(bytes, wireBytes, System.nanoTime(), streams.blockedNanos(), streams::carryingNanos);
        }
    }

    /** Room for the table of the runs, where none has contents. */
    private ByteBuf tableAlone() {
        return buffer(batch.count() * Frame.RUN_BYTES);
    }

    /** The runs, with their table after their contents. */
    private Frame frame(int encoding, ByteBuf payload) {
        int runs = batch.count();
        long address = batch.address(0);
        writeTable(payload);
        return new Frame(FrameType.PAGES, encoding, address, runs, Checksum.of(payload), payload);
    }

    private void writeTable(ByteBuf payload) {
        payload.ensureWritable(batch.count() * Frame.RUN_BYTES);
        for (int run = 0; run < batch.count(); run++) {
            payload.writeLongLE(batch.address(run) | batch.kind(run).ordinal());
            payload.writeLongLE(batch.pages(run));
        }
        batch.clear();
    }

    /**
     * What takes the place of the contents, with room for the table; null if it is not worth it. It has no more room than it
     * needs: what waits to be sent is bounded by its bytes.
     */
    private ByteBuf compressed(Encoding encoding, int bytes) {
        int most = (int) (bytes * WORTH_SENDING);
        Codec codec = codecs.of(encoding);
        scratch.clear();
        long start = System.nanoTime();
        boolean shrunk = codec.compress(contents.nioBuffer(), scratch, most);
        choice.compressed(encoding, bytes, shrunk ? scratch.readableBytes() : bytes, System.nanoTime() - start);
        if (!shrunk) {
            return null;
        }
        contents.release();
        return buffer(scratch.readableBytes() + batch.count() * Frame.RUN_BYTES).writeBytes(scratch);
    }

    /** Throws away what was not sent; nothing follows. */
    void close() {
        codecs.close();
        if (scratch.refCnt() > 0) {
            scratch.release();
        }
        batch.clear();
        if (contents != null) {
            contents.release();
            contents = null;
        }
    }

    /** A new round: the time that passed before it says nothing of the connection. */
    void interrupted() {
        choice.interrupted();
    }
}
