package io.godwit.page.criu.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds what was read from a client and is not yet stored, so that one thread can read while another one stores, and TCP holds a
 * client back that is faster than the disk.
 */
final class ReadAhead extends ChannelInboundHandlerAdapter {
    /** No more is read while so much waits. */
    private static final int MOST_BYTES = 1 << 20;
    /** Then it is read on when no more than that does. */
    private static final int FEW_BYTES = MOST_BYTES / 2;

    private final AtomicInteger waiting = new AtomicInteger();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (waiting.addAndGet(((ByteBuf) message).readableBytes()) >= MOST_BYTES) {
            context.channel().config().setAutoRead(false);
            // all of it may have been taken just before
            readOn(context.channel());
        }
        context.fireChannelRead(message);
    }

    /** Tells that so many bytes do not wait any more; by any thread. */
    void taken(Channel channel, int bytes) {
        waiting.addAndGet(-bytes);
        readOn(channel);
    }

    private void readOn(Channel channel) {
        if (waiting.get() <= FEW_BYTES && !channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
    }

    /** A client is not silent that is not read from. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof IdleStateEvent) || waiting.get() == 0) {
            context.fireUserEventTriggered(event);
        }
    }
}
