package io.godwit.page.server;

import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.ProtocolException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Hands the frames of a connection to the migration's thread. When too many bytes wait, reading stops, and
 * TCP holds the source back.
 */
final class FrameQueue extends SimpleChannelInboundHandler<Frame> implements Runnable {
    /** Some chunks: more of them would be gone from the processors' caches before they are taken. */
    private static final long MAX_WAITING_BYTES = 2 << 20;

    private static final long FEW_WAITING_BYTES = MAX_WAITING_BYTES / 4;
    private static final long LINGER_SECONDS = 10;

    private final Channel channel;
    private final FrameHandler handler;
    private final Executor threads;
    private final BlockingQueue<Object> queue = new LinkedBlockingQueue<>();
    private final AtomicLong waiting = new AtomicLong();
    private volatile boolean over;

    /** What a frame without contents takes. */
    private static final int FRAME_BYTES = 128;

    /** The last element: the connection is gone. */
    private record Ended(String reason) {}

    /** The last element: what came can not be read, nor anything after it. */
    private record Broken(String reason) {}

    FrameQueue(Channel channel, Function<FrameQueue, FrameHandler> handler, Executor threads) {
        super(false);
        this.channel = channel;
        this.threads = threads;
        this.handler = handler.apply(this);
    }

    /** Has something done by the thread that handles the frames, if it still does; it gives false if nothing more is to be done there. */
    void post(BooleanSupplier action) {
        queue.add(action);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        threads.execute(this);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Frame frame) {
        if (over) {
            frame.payload().release();
            return;
        }
        long bytes = waiting.addAndGet(cost(frame));
        queue.add(frame);
        if (over && queue.removeIf(left -> left == frame)) {
            // the migration's thread left between the first look and now, and took what it saw with it
            frame.payload().release();
            return;
        }
        if (bytes > MAX_WAITING_BYTES) {
            channel.config().setAutoRead(false);
            // the migration's thread may have left, or taken all of them and wait for more, before reading stopped
            if (over || waiting.get() <= FEW_WAITING_BYTES) {
                channel.config().setAutoRead(true);
            }
        }
    }

    private static int cost(Frame frame) {
        return FRAME_BYTES + frame.payload().readableBytes();
    }

    private void readOnIfFewWait(long bytes) {
        if (bytes <= FEW_WAITING_BYTES) {
            channel.config().setAutoRead(true);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        queue.add(new Ended("the source closed the connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        if (root instanceof ProtocolException) {
            queue.add(new Broken(root.getMessage()));
        } else {
            queue.add(new Ended("the connection failed: " + root.getMessage()));
            context.close();
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                Object next = queue.take();
                if (next instanceof Ended ended) {
                    handler.ended(ended.reason());
                    return;
                }
                if (next instanceof Broken broken) {
                    handler.broken(broken.reason());
                    return;
                }
                if (next instanceof BooleanSupplier action) {
                    if (!action.getAsBoolean()) {
                        return;
                    }
                    continue;
                }
                Frame frame = (Frame) next;
                int bytes = cost(frame);
                boolean goesOn = handler.handle(frame);
                readOnIfFewWait(waiting.addAndGet(-bytes));
                if (!goesOn) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            handler.ended("the agent is shut down");
        } finally {
            drain();
        }
    }

    /**
     * What still comes is thrown away until the source, having read the last words, closes: if this side closed with
     * bytes unread, TCP would reset the connection and the words would be lost.
     */
    private void drain() {
        over = true;
        channel.config().setAutoRead(true);
        try {
            channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            // the server is being closed, and closes all connections
            channel.close();
        }
        for (Object left = queue.poll(); left != null; left = queue.poll()) {
            if (left instanceof Frame frame) {
                frame.payload().release();
            }
        }
    }
}
