package io.godwit.page.criu.server;

import io.godwit.page.protocol.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** CRIU's page server: takes one session or, if told so, any number. */
public final class CriuPageServer implements AutoCloseable {
    private static final int BACKLOG = 16;

    private final EventLoopGroup group;
    private final EventExecutorGroup storing;
    private final Channel channel;
    private final Sessions sessions;
    private final ServerMetrics metrics;
    private final CompletableFuture<Boolean> first;
    private boolean closed;

    private CriuPageServer(Parts parts, Channel channel) {
        this.group = parts.group;
        this.storing = parts.storing;
        this.sessions = parts.sessions;
        this.metrics = parts.metrics;
        this.first = parts.first;
        this.channel = channel;
    }

    /** What there is before there is a channel. */
    private record Parts(
            EventLoopGroup group,
            EventExecutorGroup storing,
            Sessions sessions,
            ServerMetrics metrics,
            CompletableFuture<Boolean> first) {
        static Parts of(ServerOptions options, boolean handedIn, Consumer<String> log) throws IOException {
            if (!Files.isDirectory(options.directory())) {
                throw new IOException(options.directory() + ": no such directory; make it, or name another with -D");
            }
            int threads = options.forever() ? Math.max(2, Runtime.getRuntime().availableProcessors()) : 1;
            ServerMetrics metrics = new ServerMetrics();
            CompletableFuture<Boolean> first = new CompletableFuture<>();
            EventExecutorGroup storing = new DefaultEventExecutorGroup(threads);
            Sessions sessions = new Sessions(options, metrics, storing, handedIn, log, first::complete);
            return new Parts(Transport.group(threads), storing, sessions, metrics, first);
        }

        CriuPageServer bound(ChannelFuture future, String what) throws IOException {
            future.awaitUninterruptibly();
            if (!future.isSuccess()) {
                group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
                storing.shutdownGracefully(0, 1, TimeUnit.SECONDS);
                throw new IOException(what + ": " + Failure.words(future.cause()), future.cause());
            }
            return new CriuPageServer(this, future.channel());
        }
    }

    /**
     * Starts to listen.
     *
     * @param log takes lines for the operator
     */
    public static CriuPageServer listen(InetSocketAddress address, ServerOptions options, Consumer<String> log)
            throws IOException {
        Parts parts = Parts.of(options, false, log);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(parts.group)
                .channel(Transport.server())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.ALLOCATOR, Transport.allocator())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(parts.sessions);
        if (!options.forever()) {
            bootstrap.handler(new OnlyOne());
        }
        String what = "cannot listen on " + address.getAddress().getHostAddress() + ":" + address.getPort();
        return parts.bound(bootstrap.bind(address), what);
    }

    /** Takes a session on a stream socket that is connected already. */
    public static CriuPageServer onSocket(int descriptor, ServerOptions options, Consumer<String> log)
            throws IOException {
        if (!Epoll.isAvailable()) {
            throw new IOException("--ps-socket needs Netty's epoll library, which can not be loaded here: "
                    + Epoll.unavailabilityCause().getMessage());
        }
        Parts parts = Parts.of(options, true, log);
        EpollDomainSocketChannel connection = new EpollDomainSocketChannel(descriptor);
        connection.config().setAllocator(Transport.allocator());
        connection.pipeline().addLast(parts.sessions);
        return parts.bound(parts.group.register(connection), "file descriptor " + descriptor + " is no socket to use");
    }

    /** Where it listens; the port is the real one if 0 was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    public ServerMetrics metrics() {
        return metrics;
    }

    /** Waits until the first session has ended; true if all that its client wanted was done. */
    public boolean awaitOne() {
        return first.join();
    }

    /** Waits until the server is closed. */
    public void awaitClose() {
        channel.closeFuture().awaitUninterruptibly();
    }

    /** Ends all sessions; what the unfinished ones stored is removed. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        channel.close().awaitUninterruptibly();
        sessions.close();
        awaitOutcomes();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        storing.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** A storing thread needs a connection's thread to tell an outcome. Shutting down does what is left to do in the end. */
    private void awaitOutcomes() {
        // what closes a connection gives its thread the task to tell so
        drain(group);
        drain(group);
        drain(storing);
    }

    private static void drain(EventExecutorGroup threads) {
        for (EventExecutor thread : threads) {
            thread.submit(() -> {}).awaitUninterruptibly();
        }
    }
}
