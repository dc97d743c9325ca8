package io.godwit.page.client;

import io.godwit.image.pages.PageSink;
import io.godwit.page.protocol.Checksum;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.godwit.page.protocol.Lz4;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends chunks of pages, compressed where that pays. */
final class ChunkEncoder {
    /** A chunk that shrinks by less is sent as it is, which spares the target to decompress it. */
    private static final double WORTH_SENDING = 0.9;

    private final FrameChannel frames;
    private final PageCounters counters;
    private final CompressionPolicy policy = new CompressionPolicy();
    private Lz4 lz4;

    ChunkEncoder(FrameChannel frames, PageCounters counters) {
        this.frames = frames;
        this.counters = counters;
    }

    /** Sends the remaining bytes, which the caller may change afterwards. */
    void send(long address, ByteBuffer content) throws IOException {
        int bytes = content.remaining();
        ByteBuf payload = policy.compressNext() ? compressed(content) : null;
        int encoding = payload == null ? Frame.PLAIN : Frame.LZ4;
        if (payload == null) {
            payload = frames.allocator().directBuffer(bytes, bytes).writeBytes(content);
        }
        int wireBytes = payload.readableBytes();
        counters.compressed(bytes - wireBytes);
        frames.send(
                new Frame(FrameType.PAGES, encoding, address, bytes / PageSink.PAGE, Checksum.of(payload), payload));
        policy.sent(bytes, wireBytes, System.nanoTime(), frames.blockedNanos());
    }

    /** Null if it is not worth it. */
    private ByteBuf compressed(ByteBuffer content) {
        if (lz4 == null) {
            lz4 = new Lz4();
        }
        int bytes = content.remaining();
        int most = (int) (bytes * WORTH_SENDING);
        ByteBuf block = frames.allocator().directBuffer(most, most);
        long start = System.nanoTime();
        boolean shrunk = lz4.compress(content, block);
        policy.compressed(bytes, shrunk ? block.readableBytes() : bytes, System.nanoTime() - start);
        if (!shrunk) {
            block.release();
        }
        return shrunk ? block : null;
    }

    /** A new round: the time that passed before it says nothing of the connection. */
    void interrupted() {
        policy.interrupted();
    }
}
