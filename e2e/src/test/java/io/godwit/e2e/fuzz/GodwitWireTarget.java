package io.godwit.e2e.fuzz;

import io.godwit.image.Images;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageBatch;
import io.godwit.image.pages.PageSink;
import io.godwit.page.proto.Hello;
import io.godwit.page.proto.PreflightReply;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.proto.RestoreReply;
import io.godwit.page.proto.ResumeReply;
import io.godwit.page.protocol.Checksum;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.godwit.page.protocol.ImagePayload;
import io.godwit.page.server.PageDestination;
import io.godwit.page.server.PageServer;
import io.godwit.page.server.TargetSession;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A target agent without processes, to which a source says what it likes over a connection. */
final class GodwitWireTarget implements FuzzTarget {
    private static final int ANSWER_MILLIS = 10_000;
    private static final String MIGRATION = "fuzz";

    private final Path store;
    private final PageServer server;
    private final LeakWatch leaks = new LeakWatch();
    private final ServerLog log = new ServerLog();

    GodwitWireTarget() throws IOException {
        store = Files.createTempDirectory("godwit-fuzz-wire-");
        server = PageServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new PageServer.Options(store.resolve("images"), false, HolePuncher.NONE),
                id -> new Nothing(),
                log::add);
    }

    /** Restores nothing, and holds what comes in place to what a process would. */
    private static final class Nothing implements TargetSession {
        @Override
        public PreflightReply preflight(PreflightRequest request) {
            return PreflightReply.getDefaultInstance();
        }

        @Override
        public PageDestination grow(Images round) {
            return pid -> new Discard();
        }

        @Override
        public RestoreReply restore(Path lastRound) {
            return RestoreReply.getDefaultInstance();
        }

        @Override
        public ResumeReply resume() {
            return ResumeReply.getDefaultInstance();
        }

        @Override
        public void abort(String reason) {}
    }

    /** Takes pages and forgets them. */
    private static final class Discard implements PageSink {
        @Override
        public void data(long vaddr, ByteBuffer pages) {
            pages.position(pages.limit());
        }

        @Override
        public void zero(long vaddr, long nrPages) {}

        @Override
        public void parent(long vaddr, long nrPages) {}

        @Override
        public void word(long address, long value) {}

        @Override
        public void close() {}
    }

    @Override
    public byte[] input(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Frame> frames = new ArrayList<>(List.of(
                hello(random),
                new Frame(FrameType.ROUND, Frame.PLAIN, 0, random.nextInt(2), 0, Unpooled.EMPTY_BUFFER)));
        for (int i = random.nextInt(12); i > 0; i--) {
            frames.add(frame(random));
        }
        if (random.nextInt(3) == 0) {
            frames.add(random.nextInt(frames.size() + 1), frame(random));
        }
        for (Frame frame : frames) {
            byte[] bytes = bytes(frame);
            out.writeBytes(random.nextInt(6) == 0 ? ByteMutator.mutate(bytes, random) : bytes);
        }
        return random.nextInt(8) == 0 ? ByteMutator.mutate(out.toByteArray(), random) : out.toByteArray();
    }

    private static Frame hello(Random random) {
        String name = random.nextInt(10) == 0 ? "../outside" : MIGRATION;
        Hello hello =
                Hello.newBuilder().setVersion(Frame.VERSION).setMigration(name).build();
        return Frame.message(FrameType.HELLO, hello, UnpooledByteBufAllocator.DEFAULT);
    }

    private static Frame frame(Random random) {
        FrameType[] types = FrameType.values();
        return switch (random.nextInt(8)) {
            case 0, 1 -> pages(random);
            case 2 -> new Frame(FrameType.PAGEMAP, Frame.PLAIN, 42, random.nextInt(3), 0, Unpooled.EMPTY_BUFFER);
            case 3 -> new Frame(FrameType.PAGEMAP_END, Frame.PLAIN, 0, 0, 0, Unpooled.EMPTY_BUFFER);
            case 4 -> image(random);
            case 5 -> new Frame(FrameType.ROUND_END, Frame.PLAIN, 0, 0, 0, Unpooled.EMPTY_BUFFER);
            case 6 -> new Frame(FrameType.ROUND, Frame.PLAIN, random.nextInt(3), 0, 0, Unpooled.EMPTY_BUFFER);
            default ->
                new Frame(
                        types[random.nextInt(types.length)],
                        random.nextInt(3),
                        ByteMutator.edge(random),
                        (int) ByteMutator.edge(random),
                        0,
                        Unpooled.EMPTY_BUFFER);
        };
    }

    /** Runs that mostly ascend, with contents that mostly fit. */
    private static Frame pages(Random random) {
        int runs = 1 + random.nextInt(5);
        ByteBuf table = Unpooled.buffer();
        ByteBuf bytes = Unpooled.buffer();
        long at = random.nextInt(64) * 4096L;
        for (int i = 0; i < runs; i++) {
            int kind = random.nextInt(10) == 0 ? random.nextInt(4096) : random.nextInt(5);
            long count = random.nextInt(10) == 0 ? ByteMutator.edge(random) : 1 + random.nextInt(4);
            if (kind == PageBatch.Kind.DATA.ordinal() && count > 0 && count < 16) {
                bytes.writeZero((int) count * PageSink.PAGE);
            }
            table.writeLongLE((random.nextInt(10) == 0 ? ByteMutator.edge(random) & -4096 : at) | kind);
            table.writeLongLE(count);
            at += (count + random.nextInt(3)) * PageSink.PAGE;
        }
        bytes.writeBytes(table);
        int encoding = random.nextInt(8) == 0 ? random.nextInt(4) : Frame.PLAIN;
        return new Frame(FrameType.PAGES, encoding, at, runs, Checksum.of(bytes), bytes);
    }

    private static Frame image(Random random) {
        String[] names = {
            "core-1.img", "../../outside/x", "parent", "", "..", "pages-1.img", "a\0b", "x/y.img", "files.img"
        };
        byte[] content = new byte[random.nextInt(300)];
        random.nextBytes(content);
        ByteBuf payload =
                ImagePayload.encode(names[random.nextInt(names.length)], content, UnpooledByteBufAllocator.DEFAULT);
        return new Frame(FrameType.IMAGE, Frame.PLAIN, 0, 0, Checksum.of(payload), payload);
    }

    private static byte[] bytes(Frame frame) {
        ByteBuf out = Unpooled.buffer();
        frame.encodeHeader(out);
        out.writeBytes(frame.payload());
        frame.payload().release();
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    /** The server's directory is its own: what is beside it and what is left in it is looked at here. */
    @Override
    public void read(byte[] input, Path sandbox) throws IOException {
        boolean refused;
        try {
            refused = answers(Connection.exchange(server.address().getPort(), input));
        } catch (SocketTimeoutException e) {
            throw new IllegalStateException("the server neither answers nor closes", e);
        }
        Listing.requireOnly(store, "images");
        requireTidy();
        leaks.require();
        log.refused();
        if (refused) {
            throw new IOException("refused");
        }
    }

    /** Whether a frame of refusal is among the answers. */
    private static boolean answers(byte[] answered) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(answered));
        boolean refused = false;
        while (true) {
            byte[] header = in.readNBytes(Frame.HEADER_BYTES);
            if (header.length < Frame.HEADER_BYTES) {
                return refused;
            }
            byte[] payload =
                    in.readNBytes(Integer.reverseBytes(ByteBuffer.wrap(header).getInt(4)));
            if (header[0] == FrameType.FAILURE.ordinal()) {
                Defects.requireNone(new String(payload, StandardCharsets.UTF_8));
                refused = true;
            }
        }
    }

    /** What a migration has stored is gone soon after its connection. */
    private void requireTidy() throws IOException {
        long deadline = System.nanoTime() + ANSWER_MILLIS * 1_000_000L;
        while (!Listing.isEmpty(store.resolve("images"))) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("left behind: " + Listing.of(store));
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Listing.delete(store);
    }
}
