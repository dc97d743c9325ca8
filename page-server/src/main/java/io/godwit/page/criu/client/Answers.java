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
    /** More than all answers to what is asked at once, pages aside. */
    private static final int MAX_UNREAD = 64;

    private final String server;
    private final Queue<ByteBuf> unread = new ArrayDeque<>();
    private int unreadBytes;
    private int expected = MAX_UNREAD;
    private boolean ended;
    private Throwable failure;

    Answers(String server) {
        this.server = server;
    }

    @Override
    protected synchronized void channelRead0(ChannelHandlerContext context, ByteBuf in) {
        if (ended || in.readableBytes() > expected - unreadBytes) {
            failure = new IOException("it says what was not asked for");
            context.close();
        } else {
            unreadBytes += in.readableBytes();
            unread.add(in.retain());
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
    Optional<ByteBuffer> await(int bytes, Duration limit) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return await(answer, limit) ? Optional.of(answer.flip()) : Optional.empty();
    }

    /** Waits until a buffer is full of answers; false if they do not come in time, and then none is taken. */
    synchronized boolean await(ByteBuffer answer, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (unreadBytes < answer.remaining()) {
            if (ended) {
                throw closed();
            }
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            pause(left);
        }
        while (answer.hasRemaining()) {
            take(answer);
        }
        return true;
    }

    private void take(ByteBuffer answer) {
        ByteBuf first = unread.element();
        int bytes = Math.min(first.readableBytes(), answer.remaining());
        first.readBytes(answer.slice(answer.position(), bytes));
        answer.position(answer.position() + bytes);
        unreadBytes -= bytes;
        if (!first.isReadable()) {
            unread.remove().release();
        }
    }

    /** Pages may come, of so many bytes with what goes before them. */
    synchronized void expectPages(int bytes) {
        expected = MAX_UNREAD + bytes;
    }

    /** Nothing is taken any more. */
    synchronized void drop() {
        ended = true;
        unread.forEach(ByteBuf::release);
        unread.clear();
        unreadBytes = 0;
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
