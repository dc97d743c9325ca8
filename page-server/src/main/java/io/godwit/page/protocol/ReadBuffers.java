package io.godwit.page.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/** Where a channel reads to, decided anew for each read. */
public abstract class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
    private static final int READS_PER_TURN = 32;

    protected ReadBuffers() {
        super(READS_PER_TURN);
    }

    /** How many bytes the next read may take. */
    protected abstract int room();

    /** The buffer of the next read, with {@link #room} to write to. */
    protected abstract ByteBuf next(ByteBufAllocator allocator);

    @Override
    @SuppressWarnings("deprecation") // the type that the method has to return
    public final Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return room();
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                return next(allocator);
            }
        };
    }
}
