package io.godwit.page.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.MessageSizeEstimator;

/** Frames on a Netty channel. */
public final class FrameCodec {
    private FrameCodec() {}

    /** Adds what turns bytes into {@link Frame}s and back. */
    public static void addTo(Channel channel) {
        FrameReceiver receiver = new FrameReceiver();
        channel.config().setRecvByteBufAllocator(receiver.new Destination());
        channel.config().setMessageSizeEstimator(FrameCodec::estimate);
        channel.pipeline().addLast(new Encoder(), receiver);
    }

    /** A frame that another thread wrote counts as on its way before the event loop has encoded it. */
    private static MessageSizeEstimator.Handle estimate() {
        MessageSizeEstimator.Handle others = DefaultMessageSizeEstimator.DEFAULT.newHandle();
        return message -> message instanceof Frame frame
                ? Frame.HEADER_BYTES + frame.payload().readableBytes()
                : others.size(message);
    }

    /** The frame as it goes out, in its payload's own buffer; null if there is no room for the header before it. */
    public static ByteBuf whole(Frame frame) {
        ByteBuf payload = frame.payload();
        int start = payload.readerIndex() - Frame.HEADER_BYTES;
        if (start < 0 || payload.isReadOnly()) {
            return null;
        }
        frame.encodeHeader(payload.slice(start, Frame.HEADER_BYTES).clear());
        return payload.readerIndex(start);
    }

    /**
     * Payloads are not copied: the header goes out before them, from a buffer of its own where there is no room in theirs. Two buffers
     * often become two writes, as Netty writes no more at once than it takes for the size of the socket's buffer.
     */
    private static final class Encoder extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof Frame frame) {
                ByteBuf whole = whole(frame);
                if (whole == null) {
                    ByteBuf header = context.alloc().directBuffer(Frame.HEADER_BYTES);
                    frame.encodeHeader(header);
                    context.write(header);
                }
                context.write(whole == null ? frame.payload() : whole, promise);
            } else {
                context.write(message, promise);
            }
        }
    }
}
