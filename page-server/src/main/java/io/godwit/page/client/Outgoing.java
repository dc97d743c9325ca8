package io.godwit.page.client;

import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameCodec;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What leaves by a connection. Small frames are held back until there are some. A large one is written at once by the thread that made
 * it, in whose processor's cache it still is, and no other thread is woken; what the socket does not take is left to the event
 * loop, and with it what follows until all of that is written. Used by one thread.
 */
final class Outgoing implements AutoCloseable {
    private static final int FLUSH_BYTES = 64 << 10;

    private final Channel channel;
    private final SocketWriter writer;
    /** Writes that the event loop has not finished. */
    private final AtomicInteger pending = new AtomicInteger();

    /** What follows a frame that was lost must not arrive. */
    private volatile boolean failed;

    private int unflushed;

    private Outgoing(Channel channel, SocketWriter writer) {
        this.channel = channel;
        this.writer = writer;
    }

    /** What leaves by a channel, which stays the caller's. */
    static Outgoing by(Channel channel, SocketWriter.Maker writers) throws IOException {
        if (!(channel instanceof EpollSocketChannel epoll)) {
            return new Outgoing(channel, SocketWriter.NONE);
        }
        return new Outgoing(channel, writer(epoll.fd(), writers));
    }

    /** None of a connection that is closed, as it may be by now; who sends on it is told. */
    private static SocketWriter writer(FileDescriptor socket, SocketWriter.Maker writers) throws IOException {
        SocketWriter writer;
        try {
            writer = writers.of(socket.intValue());
        } catch (IOException e) {
            if (socket.isOpen()) {
                throw e;
            }
            return SocketWriter.NONE;
        }
        if (!socket.isOpen()) {
            // what was duplicated may be anything
            writer.close();
            return SocketWriter.NONE;
        }
        return writer;
    }

    /** Takes a frame, whose bytes are so many with its header. */
    void send(Frame frame, int bytes) {
        if (bytes >= FLUSH_BYTES && pending.get() == 0 && !failed) {
            sendAtOnce(frame);
            return;
        }
        channel.write(frame, promise());
        unflushed += bytes;
        if (unflushed >= FLUSH_BYTES) {
            flush();
        }
    }

    private void sendAtOnce(Frame frame) {
        ByteBuf whole = FrameCodec.whole(frame);
        if (whole == null || !whole.hasMemoryAddress()) {
            channel.writeAndFlush(whole == null ? frame : whole, promise());
            return;
        }
        whole.skipBytes(writer.write(whole.memoryAddress() + whole.readerIndex(), whole.readableBytes()));
        if (whole.isReadable()) {
            channel.writeAndFlush(whole, promise());
        } else {
            whole.release();
        }
    }

    /** Kept when the event loop has written all of it. That it could not is told as any failure of the connection is. */
    private ChannelPromise promise() {
        pending.incrementAndGet();
        return channel.newPromise().addListener(written -> {
            failed |= !written.isSuccess();
            pending.decrementAndGet();
            if (!written.isSuccess() && channel.isRegistered()) {
                channel.pipeline().fireExceptionCaught(written.cause());
            }
        });
    }

    /** Sends what is held back. */
    void flush() {
        if (unflushed > 0) {
            channel.flush();
            unflushed = 0;
        }
    }

    @Override
    public void close() {
        writer.close();
    }
}
