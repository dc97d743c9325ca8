package io.godwit.page.criu.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.page.criu.wire.CloseSession;
import io.godwit.page.criu.wire.GetPages;
import io.godwit.page.criu.wire.HeaderForm;
import io.godwit.page.criu.wire.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session that serves pages to a client that is not as it should be. */
class SessionHandlerTest {
    private static final int PID = 7;
    private static final int MOST_PAGES = 1024;

    private final SlowSocket socket = new SlowSocket();
    private int read;
    private boolean mustBeFetched;
    private SessionHandler.Outcome outcome;
    private final EmbeddedChannel channel = new EmbeddedChannel(
            socket,
            new SessionHandler(
                    new LazyService(new Endless(), new ServerMetrics()),
                    true,
                    new ReadAhead(),
                    Optional.empty(),
                    ended -> outcome = ended));

    @AfterEach
    void close() {
        socket.takeAll();
        channel.finishAndReleaseAll();
    }

    /** Pages without end. */
    private final class Endless implements LazyPages {
        @Override
        public Run from(int pid, long vaddr) {
            return new Held(1 << 20, into -> {
                into.position(into.limit());
                read++;
            });
        }

        @Override
        public boolean mayLeave() {
            return false;
        }

        @Override
        public boolean mustBeFetched() {
            return mustBeFetched;
        }
    }

    /** Sends what is written when it is told. */
    private static final class SlowSocket extends ChannelOutboundHandlerAdapter {
        private record Write(Object message, ChannelPromise promise) {}

        private final Deque<Write> writes = new ArrayDeque<>();

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            writes.add(new Write(message, promise));
        }

        /** Sends what there is. */
        void takeAll() {
            for (int left = writes.size(); left > 0; left--) {
                Write write = writes.remove();
                ReferenceCountUtil.release(write.message());
                write.promise().trySuccess();
            }
        }
    }

    private static void add(Message message, ByteBuf to) {
        HeaderForm.LONG.encode(message.header(), to);
    }

    @Test
    void noMoreIsReadForAClientThanItTakes() {
        int questions = 100;
        ByteBuf asked = Unpooled.buffer();
        for (int i = 0; i < questions; i++) {
            add(new GetPages(PID, 0x10000, MOST_PAGES), asked);
        }
        channel.writeInbound(asked);
        assertThat(read).isEqualTo(1);

        for (int answered = 1; answered < questions; answered++) {
            socket.takeAll();
            channel.runPendingTasks();
            assertThat(read).isEqualTo(answered + 1);
        }
        assertThat(asked.refCnt()).isZero();
        assertThat(outcome).isNull();
    }

    @Test
    void aSessionEndsAfterCloseThoughTheClientStays() {
        ByteBuf close = Unpooled.buffer();
        add(new CloseSession(false, true), close);
        channel.writeInbound(close);
        socket.takeAll();
        assertThat(outcome).isNull();

        channel.advanceTimeBy(10, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        assertThat(outcome.success()).isTrue();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whoFetchesNothingDoesNotEndTheSessionWell() {
        mustBeFetched = true;
        ByteBuf close = Unpooled.buffer();
        add(new CloseSession(false, true), close);

        channel.writeInbound(close);

        assertThat(outcome.success()).isFalse();
        assertThat(outcome.reason()).contains("no page was fetched before CLOSE");
    }
}
