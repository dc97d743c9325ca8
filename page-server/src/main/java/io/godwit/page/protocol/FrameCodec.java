package io.godwit.page.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.nio.ByteOrder;

/** Frames on a Netty pipeline. Lengths are bounded before anything is allocated for them. */
public final class FrameCodec {
    private FrameCodec() {}

    /** Adds what turns bytes into {@link Frame}s and back. */
    public static void addTo(ChannelPipeline pipeline) {
        pipeline.addLast(new Encoder());
        pipeline.addLast(new Decoder());
    }

    /** Splits the stream by the length field. */
    private static final class Decoder extends LengthFieldBasedFrameDecoder {
        Decoder() {
            super(
                    ByteOrder.LITTLE_ENDIAN,
                    Frame.HEADER_BYTES + Frame.MAX_PAYLOAD_BYTES,
                    Frame.LENGTH_OFFSET,
                    Frame.LENGTH_BYTES,
                    Frame.HEADER_BYTES - Frame.LENGTH_OFFSET - Frame.LENGTH_BYTES,
                    0,
                    true);
            setCumulator(ByteToMessageDecoder.MERGE_CUMULATOR);
        }

        @Override
        protected long getUnadjustedFrameLength(ByteBuf buffer, int offset, int length, ByteOrder order) {
            if (buffer.getUnsignedShortLE(offset - Frame.LENGTH_OFFSET + Frame.MAGIC_OFFSET) != Frame.MAGIC) {
                throw new CorruptedFrameException("what came is no godwit frame: the other side is no godwit");
            }
            return super.getUnadjustedFrameLength(buffer, offset, length, order);
        }

        @Override
        protected Object decode(ChannelHandlerContext context, ByteBuf in) throws Exception {
            Object frame = super.decode(context, in);
            if (frame instanceof ByteBuf bytes) {
                try {
                    return Frame.decode(bytes);
                } finally {
                    bytes.release();
                }
            }
            return frame;
        }
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
