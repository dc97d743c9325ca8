package io.godwit.page.criu.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what was read from a client and is not yet stored, so that one thread can read while another one stores, and TCP holds a
 * client back that is faster than the disk. What counts is the memory that is held, and not how full it is.
 */
final class ReadAhead extends ChannelInboundHandlerAdapter {
    /** No more is read while so much waits. */
    private static final int MOST_BYTES = 1 << 20;
    /** Then it is read on when no more than that does. */
    private static final int FEW_BYTES = MOST_BYTES / 2;
    /** While all sessions together hold so much, each has no more than one read ahead: half of what a JVM has outside its heap. */
    private static final long MOST_BYTES_OF_ALL = 32 << 20;
    /** Of a part however small, for what there is about it on the heap. */
    private static final int LEAST_WEIGHT = 512;

    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong ofAll;
    private volatile boolean progressed;

    /** @param ofAll what waits in all sessions, which they share */
    ReadAhead(AtomicLong ofAll) {
        this.ofAll = ofAll;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf part = fitting(context, (ByteBuf) message);
        if (add(weight(part))) {
            context.channel().config().setAutoRead(false);
            // all of it may have been taken just before
            readOn(context.channel());
        }
        context.fireChannelRead(part);
    }

    /** A small part does not hold the large buffer that it was read to. */
    private static ByteBuf fitting(ChannelHandlerContext context, ByteBuf part) {
        int bytes = part.readableBytes();
        if (bytes >= part.capacity() / 2) {
            return part;
        }
        try {
            return context.alloc().directBuffer(bytes, bytes).writeBytes(part);
        } finally {
            part.release();
        }
    }

    /** What a part counts for. */
    static int weight(ByteBuf part) {
        return Math.max(part.capacity(), LEAST_WEIGHT);
    }

    private boolean add(int weight) {
        long all = ofAll.addAndGet(weight);
        return waiting.addAndGet(weight) >= MOST_BYTES || all >= MOST_BYTES_OF_ALL;
    }

    /** Tells that a part of this weight does not wait any more; by any thread. */
    void taken(Channel channel, int weight) {
        dropped(weight);
        acted();
        readOn(channel);
    }

    /** As {@link #taken}, of a session that is over. */
    void dropped(int weight) {
        ofAll.addAndGet(-weight);
        waiting.addAndGet(-weight);
    }

    /** Tells that something of what waits was done; by any thread. */
    void acted() {
        progressed = true;
    }

    /** If nothing waits there will be nothing to take either, so it must be read on. */
    private void readOn(Channel channel) {
        int here = waiting.get();
        boolean room = here == 0 || here <= FEW_BYTES && ofAll.get() < MOST_BYTES_OF_ALL;
        if (room && !channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
    }

    /** A client is not silent that is not read from, as long as what it sent is being worked off. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof IdleStateEvent)) {
            context.fireUserEventTriggered(event);
            return;
        }
        boolean busy = waiting.get() > 0 && progressed;
        progressed = false;
        if (!busy) {
            context.fireUserEventTriggered(event);
        }
    }
}
