package io.godwit.page.criu.server;

import io.godwit.page.criu.wire.AddPages;
import io.netty.buffer.ByteBuf;
import java.io.IOException;

/** The contents of a run that is being received. */
final class Contents {
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

    /** Takes what belongs to it out of a buffer. */
    void take(ByteBuf in) throws IOException {
        int bytes = (int) Math.min(left, in.readableBytes());
        service.contents(in.nioBuffer(in.readerIndex(), bytes));
        in.skipBytes(bytes);
        left -= bytes;
        if (left == 0) {
            service.contentsEnd(run);
        }
    }
}
