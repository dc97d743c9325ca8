package io.godwit.page.criu.server;

import io.godwit.page.criu.wire.Header;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** Sends answers. If a client asks and does not take the answers, no more is answered, and {@link ReadAhead} bounds what is read from it. */
final class Answers {
    private static final int MAX_UNSENT = 64;
    /** No message is answered while so much waits to be sent. */
    private static final long MAX_UNSENT_BYTES = 4 << 20;
    /** No TLS record of CRIU's may cross a multiple of this within the contents of one message. */
    private static final int TLS_PART_BYTES = 64 << 10;

    private final ChannelHandlerContext context;
    private final SessionThread thread;
    private final MessageReader reader;
    private final Consumer<Throwable> whenFailed;
    private int unsent;
    private long unsentBytes;
    private Runnable whenRoom;
    private ChannelFuture last;

    /**
     * Makes the way out of a session.
     *
     * @param thread of the session, by which all is called
     * @param whenFailed is told, by that thread too, why an answer could not be sent
     */
    Answers(ChannelHandlerContext context, SessionThread thread, MessageReader reader, Consumer<Throwable> whenFailed) {
        this.context = context;
        this.thread = thread;
        this.reader = reader;
        this.whenFailed = whenFailed;
    }

    void send(Answer answer) throws IOException {
        if (answer instanceof Answer.Bytes bytes) {
            write(Unpooled.wrappedBuffer(bytes.bytes()), bytes.bytes().length);
        } else if (answer instanceof Answer.Read read) {
            read(read);
        } else if (answer instanceof Answer.Pages pages) {
            writeHeader(pages.header());
            if (context.pipeline().get(SslHandler.class) == null) {
                write(new DefaultFileRegion(pages.file().toFile(), pages.offset(), pages.bytes()), pages.bytes());
            } else {
                copy(pages);
            }
        }
    }

    private void writeHeader(Header header) {
        ByteBuf encoded = context.alloc().buffer(reader.form().bytes());
        reader.form().encode(header, encoded);
        context.write(encoded);
    }

    /** Nothing is sent if it can not be read. */
    private void read(Answer.Read answer) throws IOException {
        ByteBuf pages = context.alloc().directBuffer(answer.bytes(), answer.bytes());
        try {
            answer.reader().read(pages.internalNioBuffer(0, answer.bytes()));
            pages.writerIndex(answer.bytes());
        } catch (IOException | RuntimeException e) {
            pages.release();
            throw e;
        }
        writeHeader(answer.header());
        while (pages.readableBytes() > TLS_PART_BYTES) {
            context.write(pages.readRetainedSlice(TLS_PART_BYTES));
        }
        write(pages, answer.bytes());
    }

    private void copy(Answer.Pages pages) throws IOException {
        try (FileChannel file = FileChannel.open(pages.file(), StandardOpenOption.READ)) {
            for (long done = 0; done < pages.bytes(); done += TLS_PART_BYTES) {
                int count = (int) Math.min(TLS_PART_BYTES, pages.bytes() - done);
                ByteBuffer part = ByteBuffer.allocate(count);
                while (part.hasRemaining()) {
                    if (file.read(part, pages.offset() + done + part.position()) < 0) {
                        throw new IOException(pages.file() + ": is shorter than its pagemap says; it is truncated");
                    }
                }
                write(Unpooled.wrappedBuffer(part.flip()), count);
            }
        }
    }

    /** Whether another message may be answered by now. */
    boolean haveRoom() {
        return unsent < MAX_UNSENT && unsentBytes < MAX_UNSENT_BYTES;
    }

    /** Runs an action once there is room, which there is not yet. */
    void whenRoom(Runnable action) {
        whenRoom = action;
    }

    /** @param bytes that are sent by then, also of what was written before it */
    private void write(Object message, long bytes) {
        unsent++;
        unsentBytes += bytes;
        last = context.writeAndFlush(message);
        last.addListener(sent -> thread.run(() -> sent(bytes, sent)));
    }

    private void sent(long bytes, Future<?> sent) {
        unsent--;
        unsentBytes -= bytes;
        if (!sent.isSuccess()) {
            // that a connection is gone is told to the session by itself, in words
            if (!(sent.cause() instanceof ClosedChannelException)) {
                whenFailed.accept(sent.cause());
            }
        } else if (haveRoom()) {
            goOn();
        }
    }

    private void goOn() {
        if (whenRoom != null) {
            thread.later(whenRoom);
            whenRoom = null;
        }
    }

    /** Runs an action when all answers are out. */
    void whenSent(Runnable action) {
        last.addListener(sent -> thread.run(action));
    }
}
