package io.godwit.page.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.godwit.page.proto.Hello;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.godwit.page.protocol.Hurry;
import io.godwit.page.protocol.ProtocolException;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** One migration at the target, driven by the frames that come. Used by the migration's thread alone. */
final class Migration implements FrameHandler {
    private final Channel channel;
    private final FrameDispatcher dispatcher;
    private final PageServer.Options options;
    private final Function<String, TargetSession> sessions;
    private final Map<String, MigrationStreams> migrations;
    private final Consumer<String> log;
    private MigrationStreams streams;
    private Phase phase = Phase.GREETING;
    private String id = "?";
    private TargetSession session;
    private RoundStore store;

    /** How far it has come. */
    private enum Phase {
        GREETING,
        RECEIVING,
        RESTORED,
        /** The point of no return lies before this one. */
        COMMITTED,
        OVER
    }

    Migration(
            Channel channel,
            FrameDispatcher dispatcher,
            PageServer.Options options,
            Function<String, TargetSession> sessions,
            Map<String, MigrationStreams> migrations,
            Consumer<String> log) {
        this.channel = channel;
        this.dispatcher = dispatcher;
        this.migrations = migrations;
        this.options = options;
        this.sessions = sessions;
        this.log = log;
    }

    @Override
    public boolean handle(Frame frame) {
        try {
            act(frame);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // buffers outside the heap are rationed: that they are used up ends this migration and no more
            fail(e.getMessage() == null ? e.toString() : e.getMessage());
        } finally {
            frame.payload().release();
        }
        return phase != Phase.OVER;
    }

    private void act(Frame frame) throws IOException {
        require(frame.type());
        switch (frame.type()) {
            case HELLO -> greet(Hello.parseFrom(bytes(frame)));
            case PREFLIGHT -> answer(FrameType.PREFLIGHT, session.preflight(PreflightRequest.parseFrom(bytes(frame))));
            case ROUND -> begin(frame);
            case PAGEMAP -> store().beginPagemap(frame.count(), frame.address());
            case PAGES -> {
                store().pages(frame);
                session.breathe();
            }
            case PAGEMAP_END -> store().endPagemap(frame);
            case STORED -> {
                store().awaitPages(frame);
                send(Frame.control(FrameType.STORED, Unpooled.EMPTY_BUFFER));
            }
            case IMAGE -> store().image(frame);
            case GROW -> store().place(session.grow(store().currentRound()));
            case ROUND_END -> {
                store().end();
                session.rest();
                send(Frame.control(FrameType.ROUND_END, Unpooled.EMPTY_BUFFER));
            }
            case RESTORE -> {
                answer(FrameType.RESTORE, session.restore(store().lastRound()));
                phase = Phase.RESTORED;
            }
            case COMMIT -> commit();
            case ABORT -> end(frame.payload().toString(java.nio.charset.StandardCharsets.UTF_8));
            case FAILURE -> end("the source failed");
            case JOIN -> throw new ProtocolException("a connection can join only by its first frame");
        }
    }

    private void commit() throws IOException {
        phase = Phase.COMMITTED;
        try {
            answer(FrameType.COMMIT, session.resume());
        } catch (NotResumedException e) {
            phase = Phase.RESTORED;
            throw e;
        }
        session.done();
        log.accept("migration " + id + ": the tree runs here");
        over();
    }

    private void require(FrameType type) throws ProtocolException {
        boolean fits = switch (type) {
            case HELLO -> phase == Phase.GREETING;
            case ABORT, FAILURE, JOIN -> true;
            case COMMIT -> phase == Phase.RESTORED;
            default -> phase == Phase.RECEIVING;
        };
        if (!fits) {
            throw new ProtocolException(type + " came while the migration was " + phase);
        }
    }

    /** The first round decides where the rounds are kept. */
    private void begin(Frame round) throws IOException {
        if (store == null) {
            boolean inPlace = (round.count() & Frame.IN_PLACE) != 0;
            Path directory = inPlace ? options.shapes() : options.directory();
            store = new RoundStore(directory.resolve(id), streams, options.dedup(), inPlace);
        }
        session.hurry(Hurry.of(round.count()));
        store.begin(round.address());
    }

    private RoundStore store() throws ProtocolException {
        if (store == null) {
            throw new ProtocolException("what belongs to a round came before the first round");
        }
        return store;
    }

    private void greet(Hello hello) throws IOException {
        if (hello.getVersion() != Frame.VERSION) {
            throw new ProtocolException("the source speaks version " + hello.getVersion()
                    + " of the protocol and this target agent version " + Frame.VERSION
                    + "; install the same godwit on both hosts");
        }
        id = hello.getMigration();
        if (!id.matches("[A-Za-z0-9-]{1,64}")) {
            throw new ProtocolException("'" + id + "' can not name a migration");
        }
        session = sessions.apply(id);
        phase = Phase.RECEIVING;
        int count = Math.max(1, Math.min(hello.getStreams(), Frame.MAX_STREAMS));
        streams = new MigrationStreams(count - 1, this::post, this::sideFailed);
        if (count > 1) {
            if (migrations.putIfAbsent(id, streams) != null) {
                throw new IOException("a migration of the name " + id + " is going on");
            }
        }
        Hello.Builder answer = Hello.newBuilder().setVersion(Frame.VERSION).setStreams(count);
        answer(
                FrameType.HELLO,
                answer.setToken(ByteString.copyFrom(streams.token())).build());
        log.accept("migration " + id + ": from " + channel.remoteAddress());
    }

    private static byte[] bytes(Frame frame) {
        byte[] bytes = new byte[frame.payload().readableBytes()];
        frame.payload().readBytes(bytes);
        return bytes;
    }

    private void answer(FrameType type, MessageLite message) {
        send(Frame.message(type, message, channel.alloc()));
    }

    private void send(Frame frame) {
        channel.writeAndFlush(frame);
    }

    /** Says it last: a source that has read the words may come again at once, under the same name. */
    private void fail(String words) {
        boolean undone = false;
        try {
            if (phase == Phase.COMMITTED) {
                log.accept("migration " + id + ": committed, but " + words);
                over();
            } else {
                abort(words);
                undone = true;
            }
        } finally {
            send(Frame.failure(words, undone, channel.alloc()));
            disconnect();
        }
    }

    private void disconnect() {
        if (streams != null) {
            streams.disconnect();
        }
    }

    private void post(Runnable action) {
        dispatcher.post(() -> {
            action.run();
            return phase != Phase.OVER;
        });
    }

    /** Once the tree is here whole, no more pages are to come by any connection. */
    private void sideFailed(String words) {
        if (phase == Phase.RECEIVING) {
            fail(words);
        }
    }

    /** A stranger is not talked to. */
    @Override
    public void broken(String reason) {
        if (phase == Phase.GREETING) {
            end(reason);
        } else {
            fail("migration " + id + ": " + reason);
        }
    }

    @Override
    public void ended(String reason) {
        if (phase != Phase.COMMITTED && phase != Phase.OVER) {
            end(reason);
        }
    }

    private void end(String reason) {
        abort(reason);
        disconnect();
        channel.close();
    }

    private void abort(String reason) {
        log.accept("migration " + id + ": given up: " + reason);
        if (streams != null) {
            // the tree's pids are free for others once it is gone
            streams.stop(reason);
        }
        if (session != null) {
            session.abort(reason);
        }
        over();
    }

    private void over() {
        phase = Phase.OVER;
        if (streams != null) {
            migrations.remove(id, streams);
        }
        if (store != null) {
            try {
                store.remove();
            } catch (IOException e) {
                log.accept("migration " + id + ": " + e.getMessage() + " is left");
            }
        }
    }
}
