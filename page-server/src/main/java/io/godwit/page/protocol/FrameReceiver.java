package io.godwit.page.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Splits what comes into {@link Frame}s. It also tells the channel where to read to: once a header has come,
 * the socket is read straight into the buffer of that payload, so that page contents are never copied on their
 * way. Lengths are bounded before anything is allocated for them.
 */
final class FrameReceiver extends ChannelInboundHandlerAdapter {
    /** Headers and small frames are read together. */
    private static final int STAGING_BYTES = 16 << 10;

    private final ByteBuf staging = Unpooled.directBuffer(STAGING_BYTES, STAGING_BYTES);
    private Frame frame;
    private ByteBuf lent;
    private boolean large;
    private boolean failed;

    /** Where the next bytes go. */
    final class Destination extends ReadBuffers {
        @Override
        protected int room() {
            return FrameReceiver.this.room();
        }

        @Override
        protected ByteBuf next(ByteBufAllocator allocator) {
            return lend();
        }
    }

    private ByteBuf destination() {
        return frame == null ? staging : frame.payload();
    }

    /** After a large frame comes likely another, whose header alone is wanted here. */
    private int room() {
        if (frame != null) {
            return frame.payload().writableBytes();
        }
        return (large ? Frame.HEADER_BYTES : STAGING_BYTES) - staging.readableBytes();
    }

    private ByteBuf lend() {
        ByteBuf whole = destination();
        lent = whole.retainedSlice(whole.writerIndex(), room()).writerIndex(0);
        return lent;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws ProtocolException {
        ByteBuf in = (ByteBuf) message;
        try {
            if (in == lent) {
                destination().writerIndex(destination().writerIndex() + in.readableBytes());
                in.skipBytes(in.readableBytes());
                passOn(context);
            }
            while (in.isReadable() && !failed) {
                in.readBytes(destination(), Math.min(in.readableBytes(), room()));
                passOn(context);
            }
        } catch (ProtocolException e) {
            failed = true;
            throw e;
        } finally {
            lent = null;
            in.release();
        }
    }

    /** Passes on every frame that is whole. */
    private void passOn(ChannelHandlerContext context) throws ProtocolException {
        while (!failed) {
            if (frame == null) {
                if (staging.readableBytes() < Frame.HEADER_BYTES) {
                    break;
                }
                frame = Frame.decodeHeader(staging, context.alloc());
                large = frame.payload().writableBytes() > STAGING_BYTES;
            }
            ByteBuf payload = frame.payload();
            staging.readBytes(payload, Math.min(staging.readableBytes(), payload.writableBytes()));
            if (payload.isWritable()) {
                break;
            }
            Frame whole = frame;
            frame = null;
            context.fireChannelRead(whole);
        }
        staging.discardReadBytes();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        staging.release();
        if (frame != null) {
            frame.payload().release();
            frame = null;
        }
    }
}
