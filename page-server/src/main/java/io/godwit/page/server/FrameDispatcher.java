package io.godwit.page.server;

import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.ProtocolException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Hands the frames of a connection to what handles them, on the connection's own thread ({@link Acceptor}). So contents are
 * still in that processor's cache when they are used, and while they are used nothing is read: TCP holds the source back.
 */
final class FrameDispatcher extends SimpleChannelInboundHandler<Frame> {
    private static final long LINGER_SECONDS = 10;

    private final Channel channel;
    private final FrameHandler handler;
    private boolean over;

    FrameDispatcher(Channel channel, Function<FrameDispatcher, FrameHandler> handler) {
        super(false);
        this.channel = channel;
        this.handler = handler.apply(this);
    }

    /** Has something done by the thread that handles the frames, if it still does; it gives false if nothing more is to be done there. */
    void post(BooleanSupplier action) {
        try {
            channel.eventLoop().execute(() -> {
                if (!over && !action.getAsBoolean()) {
                    drain();
                }
            });
        } catch (RejectedExecutionException e) {
            // the connection is gone, and with it what was to be done
            return;
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Frame frame) {
        if (over) {
            frame.payload().release();
        } else if (!handler.handle(frame)) {
            drain();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end("the source closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        if (!(root instanceof ProtocolException)) {
            end("the connection failed: " + root.getMessage());
            context.close();
        } else if (!over) {
            handler.broken(root.getMessage());
            drain();
        }
    }

    private void end(String reason) {
        if (!over) {
            over = true;
            handler.ended(reason);
        }
    }

    /**
     * What still comes is thrown away until the source, having read the last words, closes: if this side closed with
     * bytes unread, TCP would reset the connection and the words would be lost.
     */
    private void drain() {
        over = true;
        try {
            channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            // the server is being closed, and closes all connections
            channel.close();
        }
    }
}
