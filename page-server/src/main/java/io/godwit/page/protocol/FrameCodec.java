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

    /** Header and payload go out as two buffers, so that the payload is not copied. */
    private static final class Encoder extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof Frame frame) {
                ByteBuf header = context.alloc().directBuffer(Frame.HEADER_BYTES);
                frame.encodeHeader(header);
                context.write(header);
                context.write(frame.payload(), promise);
            } else {
                context.write(message, promise);
            }
        }
    }
}
