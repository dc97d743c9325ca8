package io.godwit.page.criu.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** Hands what the server says to the thread that asked. */
final class Answers extends SimpleChannelInboundHandler<ByteBuf> {
    /** More than all answers to what is asked at once. */
    private static final int MAX_UNREAD = 64;

    private final String server;
    private final Queue<Byte> unread = new ArrayDeque<>();
    private boolean ended;
    private Throwable failure;

    Answers(String server) {
        this.server = server;
    }

    @Override
    protected synchronized void channelRead0(ChannelHandlerContext context, ByteBuf in) {
        while (in.isReadable() && unread.size() < MAX_UNREAD) {
            unread.add(in.readByte());
        }
        if (in.isReadable()) {
            failure = new IOException("it says what was not asked for");
            context.close();
        }
        notifyAll();
    }

    @Override
    public synchronized void channelInactive(ChannelHandlerContext context) {
        ended = true;
        notifyAll();
    }

    @Override
    public synchronized void channelWritabilityChanged(ChannelHandlerContext context) {
        notifyAll();
    }

    @Override
    public synchronized void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failure = cause;
        context.close();
    }

    /** Waits for an answer of so many bytes; empty if it does not come in time. */
    synchronized Optional<ByteBuffer> await(int bytes, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (unread.size() < bytes) {
            if (ended) {
                throw closed();
            }
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return Optional.empty();
            }
            pause(left);
        }
        ByteBuffer answer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (answer.hasRemaining()) {
            answer.put(unread.remove());
        }
        return Optional.of(answer.flip());
    }

    /** Waits until the channel takes more; the buffer is released if it never does. */
    synchronized void awaitWritable(Channel channel, ByteBuf waiting) throws IOException {
        try {
            while (!channel.isWritable() && !ended) {
                pause(0);
            }
            if (ended) {
                throw closed();
            }
        } catch (IOException e) {
            waiting.release();
            throw e;
        }
    }

    private void pause(long millis) throws IOException {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PageServerException("interrupted while waiting for " + server, e);
        }
    }

    private PageServerException closed() {
        String why = failure == null ? "" : " (" + failure.getMessage() + ")";
        return new PageServerException(server + " closed the connection" + why + "; its own messages say why", failure);
    }
}
