package io.godwit.page.criu.server;

import io.godwit.page.protocol.ReadBuffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** How much the channel reads at a time. */
final class ReadSizes extends ReadBuffers {
    /** Some of these fit the cache, where they are when they are written. */
    private static final int BYTES = 256 << 10;

    @Override
    protected int room() {
        return BYTES;
    }

    @Override
    protected ByteBuf next(ByteBufAllocator allocator) {
        return allocator.directBuffer(BYTES, BYTES);
    }
}
