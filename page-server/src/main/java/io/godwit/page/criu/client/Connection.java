package io.godwit.page.criu.client;

import io.godwit.page.criu.tls.CriuTls;
import io.godwit.page.protocol.ConnectFailure;
import io.godwit.page.protocol.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A connection that one thread writes to and reads answers from. What is on its way is bounded: the writer waits until the socket
 * has taken most of it.
 */
final class Connection implements AutoCloseable {
    /** A server answers when its disk has what came before. */
    private static final Duration ANSWER = Duration.ofSeconds(120);

    private static final int CONNECT_MILLIS = 10_000;
    private static final int CLOSE_SECONDS = 10;
    private static final int LOW_WATER = 512 << 10;
    private static final int HIGH_WATER = 2 << 20;
    private static final int PART_BYTES = 256 << 10;
    /** No TLS record may cross a multiple of this within the contents of one message. */
    private static final int TLS_PART_BYTES = 64 << 10;

    private final String peer;
    private final EventLoopGroup group;
    private final Answers answers;
    private Channel channel;
    private boolean encrypted;
    private ByteBuf part;

    private Connection(String peer) {
        this.peer = peer;
        this.group = Transport.group(1);
        this.answers = new Answers("the page server at " + peer);
    }

    /** Connects to the first address of a host that answers. */
    static Connection connect(String host, int port, Optional<CriuTls> tls) throws IOException {
        Connection connection = new Connection(host + ":" + port);
        try {
            connection.channel = connection.tryAll(InetAddress.getAllByName(host), port, tls);
            if (tls.isPresent()) {
                connection.handshake();
            }
            return connection;
        } catch (IOException e) {
            connection.close();
            throw new PageServerException(
                    "cannot connect to the page server at " + connection.peer + ": " + e.getMessage()
                            + "; is one running there, and may this host reach the port?",
                    e);
        }
    }

    private Channel tryAll(InetAddress[] addresses, int port, Optional<CriuTls> tls) throws IOException {
        IOException failure = new IOException("the name has no address");
        for (InetAddress address : addresses) {
            ChannelFuture connected =
                    bootstrap(tls).connect(new InetSocketAddress(address, port)).awaitUninterruptibly();
            if (connected.isSuccess()) {
                return connected.channel();
            }
            failure = new IOException(ConnectFailure.words(connected.cause()), connected.cause());
        }
        throw failure;
    }

    private Bootstrap bootstrap(Optional<CriuTls> tls) {
        return new Bootstrap()
                .group(group)
                .channel(Transport.client())
                .option(ChannelOption.ALLOCATOR, Transport.allocator())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW_WATER, HIGH_WATER))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        Transport.noticeLoss(made);
                        tls.ifPresent(context -> made.pipeline().addLast(context.handler(made.alloc())));
                        made.pipeline().addLast(answers);
                    }
                });
    }

    private void handshake() throws IOException {
        encrypted = true;
        var done = channel.pipeline().get(SslHandler.class).handshakeFuture().awaitUninterruptibly();
        if (!done.isSuccess()) {
            throw new IOException("TLS: " + done.cause().getMessage(), done.cause());
        }
    }

    /** Takes a stream socket that is connected already. */
    static Connection onSocket(int descriptor) throws IOException {
        if (!Epoll.isAvailable()) {
            throw new IOException("--ps-socket needs Netty's epoll library, which can not be loaded here: "
                    + Epoll.unavailabilityCause().getMessage());
        }
        Connection connection = new Connection("fd " + descriptor);
        EpollDomainSocketChannel channel = new EpollDomainSocketChannel(descriptor);
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(LOW_WATER, HIGH_WATER));
        channel.config().setAllocator(Transport.allocator());
        channel.pipeline().addLast(connection.answers);
        ChannelFuture registered = connection.group.register(channel).awaitUninterruptibly();
        if (!registered.isSuccess()) {
            connection.group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IOException(
                    "--ps-socket " + descriptor + ": " + registered.cause().getMessage());
        }
        connection.channel = channel;
        return connection;
    }

    String peer() {
        return peer;
    }

    boolean encrypted() {
        return encrypted;
    }

    /** Adds a few bytes that must lie in one TLS record. */
    void add(ByteBuf few) throws IOException {
        try {
            if (encrypted || part != null && part.writableBytes() < few.readableBytes()) {
                pass();
            }
            part().writeBytes(few);
        } finally {
            few.release();
        }
        if (encrypted) {
            pass();
        }
    }

    /** Adds contents, which begin a TLS record; they are consumed. */
    void add(ByteBuffer contents) throws IOException {
        while (contents.hasRemaining()) {
            int bytes = Math.min(part().writableBytes(), contents.remaining());
            part.writeBytes(contents.slice(contents.position(), bytes));
            contents.position(contents.position() + bytes);
            if (!part.isWritable()) {
                pass();
            }
        }
        if (encrypted) {
            pass();
        }
    }

    private ByteBuf part() {
        if (part == null) {
            int bytes = encrypted ? TLS_PART_BYTES : PART_BYTES;
            part = channel.alloc().directBuffer(bytes, bytes);
        }
        return part;
    }

    /** Gives what was added to the socket. */
    private void pass() throws IOException {
        if (part == null) {
            return;
        }
        ByteBuf full = part;
        part = null;
        answers.awaitWritable(channel, full);
        channel.writeAndFlush(full, channel.voidPromise());
    }

    /** Sends all that was added, and waits for an answer of so many bytes; empty if it does not come in time. */
    Optional<ByteBuffer> ask(int bytes, Duration limit) throws IOException {
        pass();
        return answers.await(bytes, limit);
    }

    /** Sends all that was added, and waits for the answer to a question. */
    ByteBuffer answer(int bytes, String question) throws IOException {
        return ask(bytes, ANSWER).orElseThrow(() -> noAnswer(question));
    }

    private PageServerException noAnswer(String question) {
        return new PageServerException(
                "the page server at " + peer + " did not answer " + question + " within " + ANSWER.toSeconds()
                        + " s; is it a page server, and of the form that --page-server-header says?",
                null);
    }

    /** Waits until a buffer is full of what the other side has to say to a question. */
    void read(ByteBuffer into, String question) throws IOException {
        if (!answers.await(into, ANSWER)) {
            throw noAnswer(question);
        }
    }

    /** Pages may come, of so many bytes with what goes before them. */
    void expectPages(int bytes) {
        answers.expectPages(bytes);
    }

    @Override
    public void close() {
        answers.drop();
        if (part != null) {
            part.release();
            part = null;
        }
        if (channel != null) {
            channel.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
