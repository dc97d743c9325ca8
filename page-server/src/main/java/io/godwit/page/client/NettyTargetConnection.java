package io.godwit.page.client;

import com.google.protobuf.ByteString;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.page.proto.Hello;
import io.godwit.page.proto.Join;
import io.godwit.page.proto.PreflightReply;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.proto.RestoreReply;
import io.godwit.page.proto.ResumeReply;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.godwit.page.protocol.Hurry;
import io.godwit.page.protocol.Plaintext;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The connection over Netty. */
public final class NettyTargetConnection implements TargetConnection {
    /** Storing may wait for a slow disk, restoring for much memory. */
    private static final long ANSWER_TIMEOUT_MILLIS = 120_000;

    private final FrameChannel frames;
    private final Streams streams;
    private final PageCounters counters = new PageCounters();
    private final ChunkEncoder chunks;
    private Hurry hurry = Hurry.NONE;

    private NettyTargetConnection(FrameChannel frames, SocketWriter.Maker writers) {
        this.frames = frames;
        this.streams = new Streams(frames, writers, ANSWER_TIMEOUT_MILLIS);
        this.chunks = new ChunkEncoder(streams, counters);
    }

    /**
     * Connects and agrees on the version.
     *
     * @param migration names the migration at the target
     * @param insecure plain text may be spoken beyond loopback
     */
    public static TargetConnection connect(String host, int port, String migration, boolean insecure)
            throws IOException {
        return connect(host, port, migration, insecure, Sending.plainly());
    }

    /** The same with what may be several connections for pages. */
    public static TargetConnection connect(String host, int port, String migration, boolean insecure, Sending sending)
            throws IOException {
        InetSocketAddress address;
        try {
            address = new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new TargetException("there is no host named '" + host + "'", e);
        }
        Plaintext.require(address, insecure);
        SocketWriter.Maker writers = sending.writers();
        NettyTargetConnection connection = new NettyTargetConnection(FrameChannel.connect(address, writers), writers);
        try {
            Hello hello = Hello.newBuilder()
                    .setVersion(Frame.VERSION)
                    .setMigration(migration)
                    .setStreams(sending.streams())
                    .build();
            Hello answer = Hello.parseFrom(
                    connection.ask(Frame.message(FrameType.HELLO, hello, connection.frames.allocator())));
            connection.requireVersion(answer);
            for (int number = 0; number < answer.getStreams() - 1; number++) {
                connection.join(migration, answer.getToken(), number);
            }
            return connection;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    private void join(String migration, ByteString token, int number) throws IOException {
        FrameChannel another = streams.connectAnother();
        Join join = Join.newBuilder()
                .setMigration(migration)
                .setToken(token)
                .setNumber(number)
                .build();
        another.send(Frame.message(FrameType.JOIN, join, another.allocator()));
        another.await(FrameType.JOIN, ANSWER_TIMEOUT_MILLIS).payload().release();
    }

    private void requireVersion(Hello hello) throws TargetException {
        if (hello.getVersion() != Frame.VERSION) {
            throw new TargetException("the target agent at " + frames.peer() + " speaks version " + hello.getVersion()
                    + " of the protocol and this source version " + Frame.VERSION
                    + "; install the same godwit on both hosts");
        }
    }

    private byte[] ask(Frame frame) throws IOException {
        frames.send(frame);
        return frames.await(frame.type(), ANSWER_TIMEOUT_MILLIS).takeBytes();
    }

    @Override
    public PreflightReply preflight(PreflightRequest request) throws IOException {
        return PreflightReply.parseFrom(ask(Frame.message(FrameType.PREFLIGHT, request, frames.allocator())));
    }

    @Override
    public void limit(long bytesPerSecond, LongSupplier waitedNanos) {
        streams.limit(bytesPerSecond, waitedNanos);
    }

    @Override
    public void compress(Compression wanted) {
        chunks.compress(wanted);
    }

    @Override
    public void hurry(Hurry how) {
        hurry = how;
    }

    @Override
    public SnapshotSink round(int number) throws IOException {
        return begin(number, 0, false);
    }

    @Override
    public SnapshotSink growingRound(int number) throws IOException {
        return begin(number, Frame.IN_PLACE, true);
    }

    private SnapshotSink begin(int number, int kind, boolean inPlace) throws IOException {
        int how = kind | hurry.ordinal() << Frame.HURRY_SHIFT;
        frames.send(new Frame(FrameType.ROUND, Frame.PLAIN, number, how, 0, Unpooled.EMPTY_BUFFER));
        chunks.interrupted();
        return new RemoteSnapshot(streams, chunks, counters, inPlace, ANSWER_TIMEOUT_MILLIS);
    }

    @Override
    public void grow() throws IOException {
        frames.send(Frame.control(FrameType.GROW, Unpooled.EMPTY_BUFFER));
        frames.flush();
    }

    @Override
    public void beginRestore() throws IOException {
        frames.send(Frame.control(FrameType.RESTORE, Unpooled.EMPTY_BUFFER));
        frames.flush();
    }

    @Override
    public RestoreReply endRestore() throws IOException {
        return RestoreReply.parseFrom(
                frames.await(FrameType.RESTORE, ANSWER_TIMEOUT_MILLIS).takeBytes());
    }

    @Override
    public ResumeReply commit() throws IOException {
        try {
            frames.send(Frame.control(FrameType.COMMIT, Unpooled.EMPTY_BUFFER));
        } catch (IOException e) {
            throw new UndoneException("the commit was not sent: " + e.getMessage(), e);
        }
        try {
            return ResumeReply.parseFrom(
                    frames.await(FrameType.COMMIT, ANSWER_TIMEOUT_MILLIS).takeBytes());
        } catch (UndoneException e) {
            throw e;
        } catch (IOException e) {
            throw new OutcomeUnknownException(
                    "the commit was sent to " + frames.peer() + " and no good answer came (" + e.getMessage()
                            + "); look there whether the tree runs: it must run on one host only",
                    e);
        }
    }

    @Override
    public void abort(String reason) {
        try {
            frames.send(Frame.text(FrameType.ABORT, reason, frames.allocator()));
            frames.flush();
        } catch (IOException e) {
            frames.close();
        }
    }

    @Override
    public Duration roundTrip() {
        return frames.roundTrip();
    }

    @Override
    public InetAddress localAddress() throws IOException {
        return frames.localAddress();
    }

    @Override
    public TransferCounters counters() {
        return counters.snapshot(streams);
    }

    @Override
    public void close() {
        chunks.close();
        streams.close();
    }
}
