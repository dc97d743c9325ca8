package io.godwit.page.server;

import io.godwit.image.pages.PageSink;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.Lz4;
import io.godwit.page.protocol.ProtocolException;
import java.nio.ByteBuffer;

/** Gives the contents of chunks of pages; the next one takes the place of the one before. */
final class ChunkDecoder {
    private Lz4 lz4;
    private ByteBuffer decompressed;

    /** The number of pages is held against what a chunk may have before anything is done with it. */
    ByteBuffer decode(Frame frame) throws ProtocolException {
        long bytes = Integer.toUnsignedLong(frame.pages()) * PageSink.PAGE;
        if (bytes == 0 || bytes > Frame.CHUNK_BYTES) {
            throw new ProtocolException(String.format(
                    "a chunk of %d bytes for 0x%x came, and at most %d are allowed",
                    bytes, frame.address(), Frame.CHUNK_BYTES));
        }
        return switch (frame.encoding()) {
            case Frame.PLAIN -> plain(frame, bytes);
            case Frame.LZ4 -> decompress(frame, (int) bytes);
            default ->
                throw new ProtocolException(String.format(
                        "the chunk for 0x%x has the unknown encoding %d", frame.address(), frame.encoding()));
        };
    }

    private static ByteBuffer plain(Frame frame, long bytes) throws ProtocolException {
        if (frame.payload().readableBytes() != bytes) {
            throw new ProtocolException(String.format(
                    "the chunk for 0x%x has %d bytes, not the %d of its pages",
                    frame.address(), frame.payload().readableBytes(), bytes));
        }
        return frame.payload().nioBuffer();
    }

    private ByteBuffer decompress(Frame frame, int bytes) throws ProtocolException {
        if (decompressed == null) {
            lz4 = new Lz4();
            decompressed = ByteBuffer.allocateDirect(Frame.CHUNK_BYTES);
        }
        decompressed.clear().limit(bytes);
        lz4.decompress(frame.payload(), decompressed);
        return decompressed;
    }
}
