package io.godwit.page.server;

import io.godwit.page.protocol.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Gives each connection that comes an event loop of its own, with its thread, until it is closed. What handles a connection may wait
 * there, as a migration does for seconds, and holds up no other.
 */
final class Acceptor extends ChannelInboundHandlerAdapter {
    private static final ThreadFactory THREADS = new DefaultThreadFactory("migration", true);
    private static final long END_SECONDS = 10;
    /** Until descriptors may be free again. */
    private static final long REST_MILLIS = 1_000;

    private final ChannelInitializer<Channel> initializer;
    private final Set<EventLoopGroup> loops = ConcurrentHashMap.newKeySet();

    Acceptor(ChannelInitializer<Channel> initializer) {
        this.initializer = initializer;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel connection = (Channel) message;
        try {
            connection.config().setOption(ChannelOption.ALLOCATOR, Transport.allocator());
            connection.config().setOption(ChannelOption.TCP_NODELAY, true);
            Transport.noticeLoss(connection);
            connection.pipeline().addLast(initializer);
            EventLoopGroup loop = Transport.group(1, THREADS);
            loops.add(loop);
            loop.terminationFuture().addListener(ended -> loops.remove(loop));
            connection.closeFuture().addListener(closed -> end(loop));
            // before it is registered: one that is closed at once takes the loop with it that would tell of it
            loop.register(new DefaultChannelPromise(connection).addListener(registered -> {
                if (!registered.isSuccess()) {
                    connection.unsafe().closeForcibly();
                }
            }));
        } catch (RuntimeException e) {
            connection.unsafe().closeForcibly();
            throw e;
        }
    }

    /** Where descriptors are used up, to try again at once would only keep a processor busy. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.channel().config().setAutoRead(false);
        context.executor()
                .schedule(() -> context.channel().config().setAutoRead(true), REST_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static Future<?> end(EventLoopGroup loop) {
        return loop.shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS);
    }

    /** Ends all connections and waits until what handled them has tidied up. No more may come. */
    void endAll() {
        List<? extends Future<?>> ended = loops.stream().map(Acceptor::end).toList();
        for (Future<?> loop : ended) {
            loop.awaitUninterruptibly(END_SECONDS, TimeUnit.SECONDS);
        }
    }
}
