package io.godwit.page.client;

import io.godwit.page.protocol.ConnectFailure;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameCodec;
import io.godwit.page.protocol.FrameType;
import io.godwit.page.protocol.ProtocolException;
import io.godwit.page.protocol.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connection that a blocking thread writes frames to and reads answers from. What is on its way is
 * bounded: a writer waits until the socket has taken most of it.
 */
final class FrameChannel implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final int LOW_WATER = 512 << 10;
    /** Some chunks: more of them would be gone from the processors' caches before the socket takes them. */
    private static final int HIGH_WATER = 2 << 20;

    private static final long WORDS_MILLIS = 2_000;

    /** More than a target that answers what it is asked ever has waiting here. */
    private static final int MOST_ANSWERS = 64;

    private final InetSocketAddress address;
    private final String peer;
    private final EventLoopGroup group;
    private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Channel channel;
    private Outgoing outgoing;
    private Duration connectRoundTrip = Duration.ZERO;
    private volatile boolean refused;
    private IOException failure;
    private long bytesWritten;
    private long blockedNanos;
    private long pacedNanos;
    private Pace pace = new Pace(0, 0);

    /** Put into the answers when the connection ends. */
    private record Ended(Throwable cause) {}

    private FrameChannel(InetSocketAddress address, EventLoopGroup group) {
        this.address = address;
        this.peer = address.getHostString() + ":" + address.getPort();
        this.group = group;
    }

    static FrameChannel connect(InetSocketAddress address, SocketWriter.Maker writers) throws IOException {
        FrameChannel frames = new FrameChannel(address, Transport.group(1));
        Bootstrap bootstrap = new Bootstrap()
                .group(frames.group)
                .channel(Transport.client())
                .option(ChannelOption.ALLOCATOR, Transport.allocator())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW_WATER, HIGH_WATER))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Transport.noticeLoss(channel);
                        FrameCodec.addTo(channel);
                        channel.pipeline().addLast(frames.new Inbound());
                    }
                });
        try {
            var connected = bootstrap.connect(address).awaitUninterruptibly();
            if (!connected.isSuccess()) {
                throw new TargetException(
                        "cannot connect to the target agent at " + frames.peer + ": "
                                + ConnectFailure.words(connected.cause())
                                + "; is `godwit target-agent` running there, and may this host reach the port?",
                        connected.cause());
            }
            frames.channel = connected.channel();
            frames.outgoing = Outgoing.by(frames.channel, writers);
            frames.connectRoundTrip = frames.measuredRoundTrip();
            return frames;
        } catch (IOException e) {
            frames.close();
            throw e;
        }
    }

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    /** Sends a frame, though small ones not before more come or an answer is awaited; waits while too much is on its way. */
    void send(Frame frame) throws IOException {
        try {
            awaitWritable();
        } catch (IOException e) {
            frame.payload().release();
            throw e;
        }
        int bytes = Frame.HEADER_BYTES + frame.payload().readableBytes();
        keepPace(bytes);
        bytesWritten += bytes;
        outgoing.send(frame, bytes);
    }

    /** From now on this pace is kept, which connections may share that one thread sends on. */
    void keep(Pace pace) {
        this.pace = pace;
    }

    /** Whether {@link #send} would not have to wait. */
    boolean hasRoom() {
        return channel.isWritable();
    }

    InetSocketAddress address() {
        return address;
    }

    private void keepPace(int bytes) {
        long start = System.nanoTime();
        long wait = pace.waitNanos(bytes, start);
        if (wait > 0) {
            flush();
            for (long left = wait; left > 0; left = start + wait - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            long waited = System.nanoTime() - start;
            blockedNanos += waited;
            pacedNanos += waited;
        }
    }

    /** Sends what is held back. */
    void flush() {
        outgoing.flush();
    }

    private void awaitWritable() throws IOException {
        if (channel.isWritable() && channel.isActive() && !refused) {
            return;
        }
        long start = System.nanoTime();
        lock.lock();
        try {
            while (!channel.isWritable() && channel.isActive() && !refused) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetException("interrupted while sending to " + peer, e);
        } finally {
            lock.unlock();
        }
        blockedNanos += System.nanoTime() - start;
        if (!channel.isActive() || refused) {
            throw failure();
        }
    }

    /** Waits for the answer of a type. A failure that the target tells is thrown in its words. */
    Frame await(FrameType type, long timeoutMillis) throws IOException {
        flush();
        Object answer;
        try {
            answer = answers.poll(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetException("interrupted while waiting for " + peer, e);
        }
        if (answer == null) {
            throw new TargetException("the target agent at " + peer + " did not answer " + type + " within "
                    + timeoutMillis / 1000 + " s");
        }
        if (answer instanceof Ended ended) {
            answers.add(ended);
            throw closed(ended.cause());
        }
        Frame frame = (Frame) answer;
        if (frame.type() == FrameType.FAILURE) {
            String words = "the target agent at " + peer + " says: " + frame.takeText();
            throw frame.count() == Frame.UNDONE ? new UndoneException(words) : new TargetException(words);
        }
        if (frame.type() != type) {
            frame.payload().release();
            throw new TargetException("the target agent at " + peer + " answered " + frame.type() + " to " + type);
        }
        return frame;
    }

    /** What the target said before it closed, or that it closed. */
    private IOException failure() {
        if (failure == null) {
            try {
                await(FrameType.FAILURE, CONNECT_TIMEOUT_MILLIS).payload().release();
                failure = closed(null);
            } catch (IOException e) {
                failure = e;
            }
        }
        // a new one each time: a resource that is closed adds its own to the one that is on its way
        return failure instanceof UndoneException
                ? new UndoneException(failure.getMessage(), failure)
                : new TargetException(failure.getMessage(), failure);
    }

    /** What the target says by this connection, if it does so soon; else what was seen on another one. */
    IOException failureOr(IOException seen) {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(WORDS_MILLIS);
            while (channel.isActive() && !refused && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return refused ? failure() : seen;
    }

    private TargetException closed(Throwable cause) {
        String why = cause == null ? "" : " (" + cause.getMessage() + ")";
        return new TargetException(
                "the target agent at " + peer + " closed the connection" + why + "; its own messages say why");
    }

    long bytesWritten() {
        return bytesWritten;
    }

    /** How long {@link #send} has waited for the connection to take more, so far. */
    long blockedNanos() {
        return blockedNanos;
    }

    /**
     * For how long the connection has had something to carry, that its peer had room for, so far; where the kernel does not tell, how
     * long {@link #send} has waited for it.
     */
    long carryingNanos() {
        return channel instanceof EpollSocketChannel epoll ? TcpTimes.carryingNanos(epoll) : blockedNanos - pacedNanos;
    }

    /** Of these, how long it has waited for its {@link Pace}. */
    long pacedNanos() {
        return pacedNanos;
    }

    /**
     * To the peer and back; zero where the kernel does not tell. The kernel's smoothed time has in it how long the peer worked at an
     * answer that came with the acknowledgement, so what it was when the connection was made counts if it is less.
     */
    Duration roundTrip() {
        Duration now = measuredRoundTrip();
        return now.compareTo(connectRoundTrip) < 0 ? now : connectRoundTrip;
    }

    /** None of a connection that is closed, as it may be by now; who sends on it is told. */
    private Duration measuredRoundTrip() {
        try {
            return channel instanceof EpollSocketChannel epoll
                    ? Duration.of(epoll.tcpInfo().rtt(), ChronoUnit.MICROS)
                    : Duration.ZERO;
        } catch (ChannelException e) {
            return Duration.ZERO;
        }
    }

    /** Of IPv4 also where the socket is of IPv6. */
    InetAddress localAddress() throws IOException {
        if (channel.localAddress() instanceof InetSocketAddress address) {
            return InetAddress.getByAddress(address.getAddress().getAddress());
        }
        throw new TargetException("the connection to the target agent at " + peer + " is closed");
    }

    String peer() {
        return peer;
    }

    @Override
    public void close() {
        if (channel != null) {
            channel.flush();
            channel.close().awaitUninterruptibly();
        }
        if (outgoing != null) {
            outgoing.close();
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Passes answers to the waiting thread. */
    private final class Inbound extends SimpleChannelInboundHandler<Frame> {
        private Throwable cause;
        private boolean cut;

        Inbound() {
            super(false);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, Frame frame) {
            if (cut || answers.size() >= MOST_ANSWERS) {
                frame.payload().release();
                if (!cut) {
                    cutOff(context);
                }
                return;
            }
            answers.add(frame);
            if (frame.type() == FrameType.FAILURE) {
                refused = true;
                wake();
            }
        }

        /** What comes unasked would fill the memory. What was received with it still comes here afterwards. */
        private void cutOff(ChannelHandlerContext context) {
            cut = true;
            for (Object answer = answers.poll(); answer != null; answer = answers.poll()) {
                if (answer instanceof Frame unread) {
                    unread.payload().release();
                }
            }
            cause = new ProtocolException("it said more than it was asked, and was cut off");
            context.close();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            wake();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answers.add(new Ended(cause));
            wake();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            cause = failure;
            context.close();
        }
    }
}
