package io.godwit.page.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** Makes blocks smaller and whole again, between direct buffers. Used by one thread. */
public interface Codec extends AutoCloseable {
    /**
     * Compresses the remaining bytes, which stay remaining.
     *
     * @return whether what came out has found so many bytes of room in the buffer
     */
    boolean compress(ByteBuffer content, ByteBuf out, int room);

    /**
     * Fills a buffer.
     *
     * @throws ProtocolException if the block is damaged or gives more or less than the buffer's remaining bytes
     */
    void decompress(ByteBuf block, ByteBuffer out) throws ProtocolException;

    /** What a block is that gives more than it may, or nothing that makes sense. */
    static ProtocolException damaged(int bytes) {
        return new ProtocolException(
                "a compressed chunk is damaged or longer than the " + bytes + " bytes of its pages");
    }

    /** A block that gave less than its pages is refused. */
    static void requireWhole(long length, int bytes) throws ProtocolException {
        if (length != bytes) {
            throw new ProtocolException("a compressed chunk gave " + length + " bytes and its pages have " + bytes);
        }
    }

    /** Gives back what is not the collector's; nothing follows. */
    @Override
    default void close() {}
}
