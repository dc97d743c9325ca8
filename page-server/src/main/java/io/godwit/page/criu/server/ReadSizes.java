package io.godwit.page.criu.server;

import io.godwit.page.protocol.ReadBuffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * How much the channel reads at a time. What is to be moved from the socket straight to a file must not be read: after a long
 * run only the next header is, and of a long run a little, to learn that it is there.
 */
final class ReadSizes extends ReadBuffers {
    /** Fits the second-level cache, where it is when it is written. */
    private static final int COPY_BYTES = 256 << 10;

    private static final int PROBE_BYTES = 4096;

    private final SessionHandler session;
    private final boolean moves;
    private boolean longRuns;

    ReadSizes(SessionHandler session, boolean moves) {
        this.session = session;
        this.moves = moves;
    }

    @Override
    protected int room() {
        if (!moves) {
            return COPY_BYTES;
        }
        if (session.contents().isPresent()) {
            Contents contents = session.contents().get();
            longRuns = contents.ofLongRun();
            return longRuns ? (int) Math.min(PROBE_BYTES, contents.left() + session.headerBytes()) : COPY_BYTES;
        }
        return longRuns ? Math.max(1, session.headerBytes()) : COPY_BYTES;
    }

    @Override
    protected ByteBuf next(ByteBufAllocator allocator) {
        int bytes = room();
        return allocator.directBuffer(bytes, bytes);
    }
}
