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
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
                    new ReadAhead(new AtomicLong()),
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

    /** One of many sessions whose thread is that of others too. */
    private static SessionHandler failing(EventExecutor thread, CompletableFuture<SessionHandler.Outcome> ended) {
        LazyPages broken = new LazyPages() {
            @Override
            public Run from(int pid, long vaddr) {
                throw new AssertionError("the store is broken");
            }

            @Override
            public boolean mayLeave() {
                return true;
            }

            @Override
            public boolean mustBeFetched() {
                return false;
            }
        };
        Service service = new LazyService(broken, new ServerMetrics());
        return new SessionHandler(service, true, new ReadAhead(new AtomicLong()), Optional.of(thread), ended::complete);
    }

    /** Runs the tasks of the channel, which wait for it to be used. */
    private static SessionHandler.Outcome outcome(EmbeddedChannel of, CompletableFuture<SessionHandler.Outcome> ended) {
        while (!ended.isDone()) {
            of.runPendingTasks();
            Thread.onSpinWait();
        }
        return ended.join();
    }

    @Test
    @Timeout(10)
    void anErrorEndsItsSessionAndNotTheThreadThatOthersHaveToo() {
        DefaultEventExecutor thread = new DefaultEventExecutor();
        try {
            for (int i = 0; i < 2; i++) {
                CompletableFuture<SessionHandler.Outcome> ended = new CompletableFuture<>();
                EmbeddedChannel one = new EmbeddedChannel(failing(thread, ended));
                ByteBuf asked = Unpooled.buffer();
                add(new GetPages(PID, 0x10000, 1), asked);
                one.writeInbound(asked);

                SessionHandler.Outcome how = outcome(one, ended);
                assertThat(how.success()).isFalse();
                assertThat(how.reason()).contains("the store is broken");
                one.finishAndReleaseAll();
            }
        } finally {
            thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
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
