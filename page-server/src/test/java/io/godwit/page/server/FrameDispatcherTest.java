package io.godwit.page.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameDispatcherTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<String> heard = new ArrayList<>();
    private FrameDispatcher dispatcher;

    /** After whose first frame nothing more is to be done. */
    private final class Last implements FrameHandler {
        @Override
        public boolean handle(Frame frame) {
            heard.add("frame");
            frame.release();
            return false;
        }

        @Override
        public void broken(String reason) {
            heard.add("broken");
        }

        @Override
        public void ended(String reason) {
            heard.add("ended");
        }
    }

    FrameDispatcherTest() {
        channel.pipeline().addLast(new FrameDispatcher(channel, own -> {
            dispatcher = own;
            return new Last();
        }));
    }

    private static Frame frame() {
        return new Frame(
                FrameType.IMAGE, Frame.PLAIN, 0, 0, 0, Unpooled.buffer().writeZero(100));
    }

    @Test
    void whatComesAfterTheLastFrameIsReleasedUnheard() {
        Frame late = frame();

        channel.writeInbound(frame(), late);
        dispatcher.post(() -> heard.add("action"));
        channel.runPendingTasks();
        channel.close();

        assertThat(late.refCnt()).isZero();
        assertThat(heard).containsExactly("frame");
    }

    @Test
    void whatComesAfterTheLastActionIsReleasedUnheard() {
        dispatcher.post(() -> {
            heard.add("action");
            return false;
        });
        channel.runPendingTasks();
        Frame late = frame();

        channel.writeInbound(late);

        assertThat(late.refCnt()).isZero();
        assertThat(heard).containsExactly("action");
    }

    @Test
    void theEndIsHeardOnce() {
        channel.pipeline().fireExceptionCaught(new java.io.IOException("reset"));
        channel.close();

        assertThat(heard).containsExactly("ended");
    }
}
