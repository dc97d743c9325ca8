package io.godwit.page.server;

import io.godwit.image.pages.HolePuncher;
import io.godwit.page.protocol.FrameCodec;
import io.godwit.page.protocol.Plaintext;
import io.godwit.page.protocol.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** Listens for migrations. Each has a thread of its own, so that a slow one holds up no other. */
public final class PageServer implements AutoCloseable {
    private final EventLoopGroup group;
    private final Acceptor acceptor;
    private final Channel channel;

    private PageServer(EventLoopGroup group, Acceptor acceptor, Channel channel) {
        this.group = group;
        this.acceptor = acceptor;
        this.channel = channel;
    }

    /**
     * How a server stores.
     *
     * @param directory where each migration gets a directory for its rounds
     * @param shapes the same for migrations whose memory is not stored: small, read in the freeze, best in memory
     * @param insecure plain text may be spoken beyond loopback
     * @param dedup frees the pages of earlier rounds as later ones replace them; {@link HolePuncher#NONE} to keep them
     */
    public record Options(Path directory, Path shapes, boolean insecure, HolePuncher dedup) {
        public Options(Path directory, boolean insecure, HolePuncher dedup) {
            this(directory, directory, insecure, dedup);
        }
    }

    /**
     * Starts to listen.
     *
     * @param sessions makes what acts for a migration, by the migration's id
     * @param log takes lines for the operator
     */
    public static PageServer start(
            InetSocketAddress address, Options options, Function<String, TargetSession> sessions, Consumer<String> log)
            throws IOException {
        Plaintext.require(address, options.insecure());
        Files.createDirectories(options.directory());
        Files.createDirectories(options.shapes());
        EventLoopGroup group = Transport.group(1);
        Map<String, MigrationStreams> migrations = new ConcurrentHashMap<>();
        Acceptor acceptor = new Acceptor(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel connection) {
                FrameCodec.addTo(connection);
                connection
                        .pipeline()
                        .addLast(new FrameDispatcher(
                                connection,
                                dispatcher -> new Greeting(
                                        connection,
                                        new Migration(connection, dispatcher, options, sessions, migrations, log),
                                        migrations)));
            }
        });
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(Transport.server())
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(acceptor);
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IOException(
                    "cannot listen on " + address.getHostString() + ":" + address.getPort() + ": "
                            + bound.cause().getMessage() + "; is another target agent running?",
                    bound.cause());
        }
        return new PageServer(group, acceptor, bound.channel());
    }

    /** Where it listens; the port is the real one if 0 was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Waits until the server is closed. */
    public void awaitClose() {
        channel.closeFuture().awaitUninterruptibly();
    }

    /** Ends all connections and waits until their migrations have tidied up. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        acceptor.endAll();
    }
}
