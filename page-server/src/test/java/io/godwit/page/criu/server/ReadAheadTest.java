package io.godwit.page.criu.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that is faster than the disk is not read from until what it sent is stored. */
class ReadAheadTest {
    private static final int PART = 256 << 10;

    private final ReadAhead ahead = new ReadAhead();
    private final List<Object> events = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(ahead, new ChannelInboundHandlerAdapter() {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            events.add(event);
        }
    });

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void comes() {
        ByteBuf part = Unpooled.buffer(PART, PART);
        channel.writeInbound(part.writerIndex(PART));
    }

    private boolean isRead() {
        return channel.config().isAutoRead();
    }

    @Test
    void readingStopsAtAMebibyteAndGoesOnWhenHalfOfItIsStored() {
        for (int i = 0; i < 3; i++) {
            comes();
            assertThat(isRead()).isTrue();
        }
        comes();
        assertThat(isRead()).isFalse();

        ahead.taken(channel, PART);
        assertThat(isRead()).isFalse();
        ahead.taken(channel, PART);
        assertThat(isRead()).isTrue();
    }

    @Test
    void aClientThatIsNotReadFromIsNotSilent() {
        comes();
        channel.pipeline().fireUserEventTriggered(IdleStateEvent.READER_IDLE_STATE_EVENT);
        assertThat(events).isEmpty();

        ahead.taken(channel, PART);
        channel.pipeline().fireUserEventTriggered(IdleStateEvent.READER_IDLE_STATE_EVENT);
        channel.pipeline().fireUserEventTriggered("another");
        assertThat(events).containsExactly(IdleStateEvent.READER_IDLE_STATE_EVENT, "another");
    }
}
