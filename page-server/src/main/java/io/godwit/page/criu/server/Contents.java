package io.godwit.page.criu.server;

import io.godwit.page.criu.wire.AddPages;
import io.netty.buffer.ByteBuf;
import java.io.IOException;

/** The contents of a run that is being received. */
final class Contents {
    /** Below this a run costs less if it is read together with its neighbours. */
    private static final int LONG_RUN_BYTES = 256 << 10;

    private final AddPages run;
    private final Service service;
    private long left;

    Contents(AddPages run, Service service) {
        this.run = run;
        this.service = service;
        this.left = run.contentBytes();
    }

    long left() {
        return left;
    }

    /** Whether it is worth its while to move it rather than to read it. */
    boolean ofLongRun() {
        return run.contentBytes() >= LONG_RUN_BYTES;
    }

    /** Takes what belongs to it out of a buffer. */
    void take(ByteBuf in) throws IOException {
        int bytes = (int) Math.min(left, in.readableBytes());
        service.contents(in.nioBuffer(in.readerIndex(), bytes));
        in.skipBytes(bytes);
        advance(bytes);
    }

    /** Moves what waits in the socket; false if nothing does. */
    boolean move(int socket, long most) throws IOException {
        long moved = service.contents(socket, Math.min(left, most));
        advance(moved);
        return moved > 0;
    }

    private void advance(long bytes) throws IOException {
        left -= bytes;
        if (left == 0) {
            service.contentsEnd(run);
        }
    }
}
