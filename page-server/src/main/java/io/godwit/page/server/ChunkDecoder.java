package io.godwit.page.server;

import io.godwit.image.pages.PageBatch;
import io.godwit.image.pages.PageSink;
import io.godwit.page.protocol.Codecs;
import io.godwit.page.protocol.Encoding;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.ProtocolException;
import io.godwit.page.protocol.Zstd;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** Gives the runs of pages of a frame; the next ones take the place of those before. */
final class ChunkDecoder {
    private static final PageBatch.Kind[] KINDS = PageBatch.Kind.values();
    /** No address space is larger (five-level page tables). */
    private static final long MAX_ADDRESS = 1L << 57;

    /** A word's address has only so many bits for the kind. */
    private static final long WORD_MASK = Long.BYTES - 1;

    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final PageBatch batch = new PageBatch();
    private final Codecs codecs = new Codecs();
    private ByteBuffer decompressed;

    ChunkDecoder() {
        Zstd.load();
    }

    /** The numbers of runs and of pages are held against what a frame may have before anything is done with them. */
    PageBatch decode(Frame frame) throws ProtocolException {
        int tableBytes = tableBytes(frame);
        ByteBuf payload = frame.payload();
        int contentBytes = payload.readableBytes() - tableBytes;
        int bytes = readTable(frame, payload.slice(payload.readerIndex() + contentBytes, tableBytes));
        batch.setContents(contents(frame, payload.slice(payload.readerIndex(), contentBytes), bytes));
        return batch;
    }

    private static int tableBytes(Frame frame) throws ProtocolException {
        long runs = Integer.toUnsignedLong(frame.count());
        if (runs == 0
                || runs > PageBatch.MAX_RUNS
                || runs * Frame.RUN_BYTES > frame.payload().readableBytes()) {
            throw new ProtocolException(String.format(
                    "a chunk of %d runs in %d bytes came for 0x%x; it must have between 1 and %d, of %d bytes each",
                    runs, frame.payload().readableBytes(), frame.address(), PageBatch.MAX_RUNS, Frame.RUN_BYTES));
        }
        return (int) runs * Frame.RUN_BYTES;
    }

    /** The bytes of all runs that have contents. */
    private int readTable(Frame frame, ByteBuf table) throws ProtocolException {
        batch.clear();
        long bytes = 0;
        while (table.isReadable()) {
            long word = table.readLongLE();
            long pages = table.readLongLE();
            if ((word & WORD_MASK) == PageBatch.Kind.WORD.ordinal() && word >= 0 && word < MAX_ADDRESS) {
                batch.add(PageBatch.Kind.WORD, word & ~WORD_MASK, pages);
                continue;
            }
            int kind = (int) word & (PageSink.PAGE - 1);
            long address = word - kind;
            boolean fits = address >= 0
                    && address < MAX_ADDRESS
                    && pages > 0
                    && pages <= (MAX_ADDRESS - address) / PageSink.PAGE;
            if (kind >= KINDS.length || !fits) {
                throw new ProtocolException(
                        String.format("a run of %d pages of kind %d came for 0x%x", pages, kind, address));
            }
            if (KINDS[kind] == PageBatch.Kind.DATA) {
                bytes = Math.min(bytes, Frame.CHUNK_BYTES) + pages * PageSink.PAGE;
            }
            batch.add(KINDS[kind], address, pages);
        }
        if (bytes < 0 || bytes > Frame.CHUNK_BYTES) {
            throw new ProtocolException(String.format(
                    "a chunk of %d bytes for 0x%x came, and at most %d are allowed",
                    bytes, frame.address(), Frame.CHUNK_BYTES));
        }
        return (int) bytes;
    }

    private ByteBuffer contents(Frame frame, ByteBuf contents, int bytes) throws ProtocolException {
        Encoding encoding = Encoding.of(frame);
        return encoding == Encoding.PLAIN ? plain(frame, contents, bytes) : decompress(encoding, contents, bytes);
    }

    private static ByteBuffer plain(Frame frame, ByteBuf contents, int bytes) throws ProtocolException {
        if (contents.readableBytes() != bytes) {
            throw new ProtocolException(String.format(
                    "the chunk for 0x%x has %d bytes, not the %d of its pages",
                    frame.address(), contents.readableBytes(), bytes));
        }
        return bytes == 0 ? NOTHING : contents.nioBuffer();
    }

    private ByteBuffer decompress(Encoding encoding, ByteBuf contents, int bytes) throws ProtocolException {
        if (decompressed == null) {
            decompressed = ByteBuffer.allocateDirect(Frame.CHUNK_BYTES);
        }
        decompressed.clear().limit(bytes);
        codecs.of(encoding).decompress(contents, decompressed);
        return decompressed;
    }
}
