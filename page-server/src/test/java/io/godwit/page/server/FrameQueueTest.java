package io.godwit.page.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class FrameQueueTest {
    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @Test
    void aFrameThatComesWhileTheThreadLeavesIsReleased() {
        channel.pipeline().addLast(new FrameQueue(channel, queue -> new Last(), threads::add));
        channel.pipeline().fireChannelActive();
        Runnable untilTheLast = threads.remove();
        Frame late = frame(new Asked(untilTheLast));

        channel.writeInbound(frame(Unpooled.EMPTY_BUFFER), late);

        assertThat(late.refCnt()).isZero();
    }

    @Test
    void aFrameThatComesAfterwardsIsReleased() {
        channel.pipeline().addLast(new FrameQueue(channel, queue -> new Last(), threads::add));
        channel.pipeline().fireChannelActive();
        channel.writeInbound(frame(Unpooled.EMPTY_BUFFER));
        threads.remove().run();
        Frame late = frame(Unpooled.buffer().writeZero(100));

        channel.writeInbound(late);

        assertThat(late.refCnt()).isZero();
    }

    private static Frame frame(ByteBuf payload) {
        return new Frame(FrameType.IMAGE, Frame.PLAIN, 0, 0, 0, payload);
    }

    /** After whose first frame nothing more is to be done. */
    private record Last() implements FrameHandler {
        @Override
        public boolean handle(Frame frame) {
            frame.release();
            return false;
        }

        @Override
        public void broken(String reason) {}

        @Override
        public void ended(String reason) {}
    }

    /** A buffer during whose first question for its size something else happens. */
    private static final class Asked extends UnpooledHeapByteBuf {
        private Runnable meanwhile;

        Asked(Runnable meanwhile) {
            super(UnpooledByteBufAllocator.DEFAULT, 100, 100);
            this.meanwhile = meanwhile;
        }

        @Override
        public int readableBytes() {
            if (meanwhile != null) {
                Runnable once = meanwhile;
                meanwhile = null;
                once.run();
            }
            return super.readableBytes();
        }
    }
}
