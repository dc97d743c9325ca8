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
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that is faster than the disk is not read from until what it sent is stored. */
class ReadAheadTest {
    private static final int PART = 256 << 10;

    private final AtomicLong ofAll = new AtomicLong();
    private final ReadAhead ahead = new ReadAhead(ofAll);
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
        comes(PART);
    }

    /** In a buffer that could take more. */
    private ByteBuf comes(int bytes) {
        ByteBuf part = Unpooled.buffer(PART, PART);
        channel.writeInbound(part.writerIndex(bytes));
        return part;
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
    void aSmallPartDoesNotHoldTheBufferThatItWasReadTo() {
        int bytes = 1448;
        int parts = 0;
        while (isRead()) {
            assertThat(comes(bytes).refCnt()).isZero();
            ByteBuf passedOn = channel.inboundMessages().stream()
                    .map(ByteBuf.class::cast)
                    .reduce((one, next) -> next)
                    .orElseThrow();
            assertThat(passedOn.capacity()).isEqualTo(bytes);
            parts++;
        }
        assertThat((parts - 1) * bytes).isLessThan(1 << 20);
        assertThat(ofAll.get()).isEqualTo((long) parts * bytes);
    }

    @Test
    void whatIsHeldCountsAndNotHowFullItIs() {
        for (int i = 0; i < 4; i++) {
            assertThat(isRead()).isTrue();
            assertThat(comes(PART / 2).refCnt()).isEqualTo(1);
        }
        assertThat(isRead()).isFalse();
    }

    @Test
    void partsOfAByteAreNotReadWithoutEnd() {
        int parts = 0;
        while (isRead()) {
            comes(1);
            parts++;
        }
        assertThat(parts).isEqualTo(2048);
    }

    @Test
    void aSessionReadsOnePartAheadWhileAllHoldAsMuchAsTheyMay() {
        ofAll.set(32 << 20);
        comes();
        assertThat(isRead()).isFalse();

        ahead.taken(channel, PART);
        assertThat(isRead()).isTrue();
        assertThat(ofAll.get()).isEqualTo(32 << 20);
    }

    @Test
    void aClientThatIsNotReadFromIsNotSilentAsLongAsItIsWorkedFor() {
        comes();
        comes();
        ahead.taken(channel, PART);
        idles();
        assertThat(events).isEmpty();

        idles();
        assertThat(events).containsExactly(IdleStateEvent.READER_IDLE_STATE_EVENT);
    }

    @Test
    void aClientOfWhichNothingWaitsIsSilent() {
        comes();
        ahead.taken(channel, PART);
        idles();
        channel.pipeline().fireUserEventTriggered("another");
        assertThat(events).containsExactly(IdleStateEvent.READER_IDLE_STATE_EVENT, "another");
    }

    private void idles() {
        channel.pipeline().fireUserEventTriggered(IdleStateEvent.READER_IDLE_STATE_EVENT);
    }
}
