package io.godwit.page.criu.server;

import io.godwit.page.criu.wire.AddPages;
import io.godwit.page.criu.wire.CloseSession;
import io.godwit.page.criu.wire.Message;
import io.godwit.page.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** One session. It may act on what comes in another thread than that which reads; {@link ReadAhead} bounds what lies between. */
final class SessionHandler extends ChannelInboundHandlerAdapter {
    /** So long a client may take to close after CLOSE was answered: all is done by then, and a tree may wait. */
    private static final int END_SECONDS = 10;

    private final Service service;
    private final boolean awaitsEnd;
    private final ReadAhead ahead;
    private final Optional<EventExecutor> given;
    private final Consumer<Outcome> whenOver;
    private final MessageReader reader = new MessageReader();
    /** What was read; more than is being read only while answers wait to be sent. */
    private final Deque<ByteBuf> held = new ArrayDeque<>();

    private Contents contents;
    private boolean closed;
    private boolean over;
    private SessionThread thread;
    private Answers answers;

    /**
     * How a session ended.
     *
     * @param reason in words, of a failure
     */
    record Outcome(boolean success, String reason) {}

    /**
     * Makes the handler of a connection.
     *
     * @param awaitsEnd after CLOSE the client is given the time to close, and must send nothing more
     * @param ahead is told when what was read is done with
     * @param thread acts on what comes; if empty, that of the connection does
     */
    SessionHandler(
            Service service,
            boolean awaitsEnd,
            ReadAhead ahead,
            Optional<EventExecutor> thread,
            Consumer<Outcome> whenOver) {
        this.service = service;
        this.awaitsEnd = awaitsEnd;
        this.ahead = ahead;
        this.given = thread;
        this.whenOver = whenOver;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        thread = new SessionThread(
                given.orElse(context.executor()), failure -> end(context, false, Failure.words(failure)));
        answers = new Answers(context, thread, reader, cause -> failed(context, cause));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf part = (ByteBuf) message;
        try {
            thread.run(() -> {
                held.add(part);
                proceed(context);
            });
        } catch (RejectedExecutionException e) {
            drop(part);
            throw e;
        }
    }

    private void proceed(ChannelHandlerContext context) {
        try {
            while (!over && !held.isEmpty()) {
                if (!held.element().isReadable()) {
                    // what is gathered lies in it
                    service.flush();
                    release(context, held.remove());
                } else if (contents == null && !answers.haveRoom()) {
                    answers.whenRoom(() -> proceed(context));
                    return;
                } else {
                    take(context, held.element());
                    ahead.acted();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            end(context, false, Failure.words(e));
        }
        if (over) {
            releaseHeld();
        }
    }

    private void release(ChannelHandlerContext context, ByteBuf read) {
        int weight = ReadAhead.weight(read);
        read.release();
        ahead.taken(context.channel(), weight);
    }

    private void releaseHeld() {
        held.forEach(this::drop);
        held.clear();
    }

    private void drop(ByteBuf read) {
        int weight = ReadAhead.weight(read);
        read.release();
        ahead.dropped(weight);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        thread.run(this::releaseHeld);
    }

    private void take(ChannelHandlerContext context, ByteBuf in) throws IOException {
        if (contents != null) {
            contents.take(in);
            endContents();
        } else if (closed) {
            reader.skipSpareZeros(in);
            if (in.isReadable()) {
                throw new ProtocolException("bytes came after CLOSE, which is the end");
            }
        } else {
            Optional<Message> message = reader.read(in);
            if (message.isPresent()) {
                act(context, message.get());
            }
        }
    }

    private void act(ChannelHandlerContext context, Message message) throws IOException {
        answers.send(service.answer(message));
        if (message instanceof AddPages run && run.present()) {
            contents = new Contents(run, service);
        }
        if (message instanceof CloseSession close && close.last()) {
            closed = true;
            afterClose(context);
        }
    }

    private void afterClose(ChannelHandlerContext context) {
        if (!awaitsEnd) {
            answers.whenSent(() -> end(context, true, ""));
            return;
        }
        thread.after(END_SECONDS, () -> end(context, true, ""));
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (tls != null) {
            answers.whenSent(tls::closeOutbound);
        }
    }

    private void endContents() {
        if (contents.left() == 0) {
            contents = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        thread.run(() -> gone(context));
    }

    private void gone(ChannelHandlerContext context) {
        boolean between = contents == null && reader.atBoundary();
        if (closed || between && service.mayLeave()) {
            end(context, true, "");
        } else if (contents != null) {
            end(context, false, "the client went away with " + contents.left() + " bytes of pages still to come");
        } else {
            end(context, false, "the client went away " + (between ? "without CLOSE" : "within a header"));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        thread.run(() -> happened(context, event));
    }

    private void happened(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            end(context, closed, "nothing came for the time of --idle-timeout");
        } else if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            end(context, false, "TLS: " + Failure.words(handshake.cause()));
        } else if (event instanceof SslCloseCompletionEvent && closed) {
            end(context, true, "");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        thread.run(() -> failed(context, cause));
    }

    private void failed(ChannelHandlerContext context, Throwable cause) {
        end(context, closed, "the connection failed: " + Failure.words(cause));
    }

    /** Ends the session, once. */
    private void end(ChannelHandlerContext context, boolean success, String reason) {
        if (over) {
            return;
        }
        over = true;
        Outcome outcome = new Outcome(success, reason);
        try {
            service.close(success);
        } catch (IOException | RuntimeException | Error e) {
            outcome = new Outcome(false, success ? Failure.words(e) : reason + "; and then: " + Failure.words(e));
        }
        Outcome last = outcome;
        context.close().addListener(done -> whenOver.accept(last));
    }
}
