package io.godwit.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.godwit.image.Images;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageBatch;
import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.page.client.NettyTargetConnection;
import io.godwit.page.client.Sending;
import io.godwit.page.client.SocketWriter;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.client.TargetException;
import io.godwit.page.client.TransferCounters;
import io.godwit.page.proto.Hello;
import io.godwit.page.proto.Join;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.godwit.page.server.OwnThread;
import io.godwit.page.server.PageDestination;
import io.godwit.page.server.PageServer;
import io.godwit.page.server.SpreadPages;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations with several connections. */
@Timeout(30)
class StreamsWireTest {
    private static final PagemapId TASK = new PagemapId(PagemapId.Kind.TASK, 42);
    private static final int PAGE = PageSink.PAGE;
    private static final int READ_BYTES = 1 << 20;

    @TempDir
    private Path directory;

    private final BlockingQueue<String> aborts = new LinkedBlockingQueue<>();
    private final Map<Long, byte[]> memory = new ConcurrentHashMap<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Set<Thread> hinted = ConcurrentHashMap.newKeySet();
    private final AtomicInteger takenIn = new AtomicInteger();
    private final AtomicInteger afterHints = new AtomicInteger();
    private volatile IOException failure;
    private PageServer server;

    /** A task's memory, which several threads fill. */
    private final class Memory implements SpreadPages {
        @Override
        public PageSink another(OwnThread own) {
            return this;
        }

        @Override
        public void data(long vaddr, ByteBuffer pages) throws IOException {
            if (failure != null) {
                throw failure;
            }
            threads.add(Thread.currentThread());
            takenIn.incrementAndGet();
            if (hinted.contains(Thread.currentThread())) {
                afterHints.incrementAndGet();
            }
            for (long at = vaddr; pages.hasRemaining(); at += PAGE) {
                byte[] page = new byte[PAGE];
                pages.get(page);
                assertThat(memory.put(at, page)).as("page %x came before", at).isNull();
            }
        }

        @Override
        public void huge(long vaddr, long nrPages) {
            hinted.add(Thread.currentThread());
        }

        @Override
        public void zero(long vaddr, long nrPages) {}

        @Override
        public void parent(long vaddr, long nrPages) {}

        @Override
        public void close() {}
    }

    private final class Session extends WillingSession {
        @Override
        public PageDestination grow(Images round) {
            return pid -> new Memory();
        }

        @Override
        public void abort(String reason) {
            aborts.add(reason);
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = PageServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new PageServer.Options(directory, false, HolePuncher.NONE),
                id -> new Session(),
                line -> {});
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TargetConnection connect(int streams) throws IOException {
        return connect(streams, descriptor -> SocketWriter.NONE);
    }

    private TargetConnection connect(int streams, SocketWriter.Maker writers) throws IOException {
        Sending sending = new Sending(streams, writers);
        return NettyTargetConnection.connect("127.0.0.1", server.address().getPort(), "m1", false, sending);
    }

    private static void send(PageSink pages, Random random, int reads) throws IOException {
        ByteBuffer read = ByteBuffer.allocateDirect(READ_BYTES);
        byte[] bytes = new byte[READ_BYTES];
        for (int i = 0; i < reads; i++) {
            random.nextBytes(bytes);
            pages.data((long) i * READ_BYTES, read.clear().put(bytes).flip());
        }
    }

    /** Takes a part of most pieces, all of some and nothing of others, as a socket does. */
    private static SocketWriter writer(FileDescriptor socket, Random random, AtomicLong written) {
        return new SocketWriter() {
            @Override
            public int write(long address, int bytes) {
                int part = random.nextInt(4) == 0 ? bytes : random.nextInt(bytes);
                try {
                    int taken = part == 0 ? 0 : socket.writeAddress(address, 0, part);
                    written.addAndGet(taken);
                    return taken;
                } catch (IOException e) {
                    return 0;
                }
            }

            @Override
            public void close() {}
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void whatTheSourceWritesItselfAndWhatItsEventLoopDoesComesInOrder(int streams) throws IOException {
        int reads = 64;
        AtomicLong written = new AtomicLong();
        Random parts = new Random(streams);
        try (TargetConnection target =
                        connect(streams, descriptor -> writer(new FileDescriptor(descriptor), parts, written));
                SnapshotSink snapshot = target.growingRound(0)) {
            target.grow();
            try (PageSink pages = snapshot.pages(TASK)) {
                send(pages, new Random(1), reads);
            }
            snapshot.finish();
            requireMemory(new Random(1), reads);
            assertThat(written).hasPositiveValue();
            assertThat(written.get()).isLessThan(target.counters().wireBytes());
        }
    }

    private void requireMemory(Random expected, int reads) {
        byte[] bytes = new byte[READ_BYTES];
        for (int i = 0; i < reads; i++) {
            expected.nextBytes(bytes);
            for (int at = 0; at < READ_BYTES; at += PAGE) {
                assertThat(memory.get((long) i * READ_BYTES + at))
                        .isEqualTo(java.util.Arrays.copyOfRange(bytes, at, at + PAGE));
            }
        }
    }

    @Test
    void pagesThatTookSeveralWaysAreAllThereAtTheEndOfTheirRound() throws IOException {
        int reads = 64;
        try (TargetConnection target = connect(4)) {
            for (int round = 0; round < 3; round++) {
                memory.clear();
                try (SnapshotSink snapshot = target.growingRound(round)) {
                    target.grow();
                    try (PageSink pages = snapshot.pages(TASK)) {
                        send(pages, new Random(round), reads);
                    }
                    snapshot.finish();
                }

                requireMemory(new Random(round), reads);
            }
            assertThat(threads).as("threads that took pages in").hasSize(4);
            assertThat(target.counters().wireBytes()).isGreaterThan(3L * reads * READ_BYTES);
            target.restore();
            target.commit();
        }
    }

    /** What was sent in a burst is there when its speed is told, by whichever way it came. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void whatTheConnectionsCarryBeneathALimitIsFound(int streams) throws IOException {
        int reads = 24;
        try (TargetConnection target = connect(streams);
                SnapshotSink snapshot = target.growingRound(0)) {
            target.limit(100_000_000, () -> 0);
            target.grow();
            try (PageSink pages = snapshot.pages(TASK)) {
                send(pages, new Random(1), reads);
                assertThat(target.counters().unlimitedBytesPerSecond()).isPositive();
            }
            snapshot.finish();
            assertThat(memory).hasSize(reads * READ_BYTES / PAGE);
            TransferCounters counters = target.counters();
            assertThat(counters.pacedNanos()).isPositive().isLessThanOrEqualTo(counters.blockedNanos());
            target.limit(0, () -> 0);
            assertThat(target.counters().unlimitedBytesPerSecond()).isZero();
        }
    }

    /** A page that comes first makes a mapping one of small pages. */
    @Test
    void whichPagesAreHugeIsKnownOnEachWayBeforeTheyCome() throws IOException {
        try (TargetConnection target = connect(4);
                SnapshotSink snapshot = target.growingRound(0)) {
            target.grow();
            try (PageSink pages = snapshot.pages(TASK)) {
                // more than one chunk has room for
                for (int i = 0; i <= PageBatch.MAX_RUNS; i++) {
                    pages.huge(i * 1024L * PAGE, 512);
                }
                send(pages, new Random(1), 64);
            }
            snapshot.finish();
        }
        assertThat(hinted).hasSize(4);
        assertThat(takenIn).hasPositiveValue();
        assertThat(afterHints).hasValue(takenIn.get());
    }

    /** An image is written in the order of addresses: pages that came out of order would be refused. */
    @Test
    void imagesComeByTheFirstConnectionAlone() throws IOException {
        int reads = 16;
        try (TargetConnection target = connect(4);
                SnapshotSink snapshot = target.round(0)) {
            try (PageSink pages = snapshot.pages(TASK)) {
                send(pages, new Random(1), reads);
            }
            snapshot.finish();

            long stored = PageIndex.load(directory.resolve("m1/0"), TASK).extents().stream()
                    .mapToLong(PageIndex.Extent::nrPages)
                    .sum();
            assertThat(stored * PAGE).isEqualTo((long) reads * READ_BYTES);
        }
        // it waits for the end of its migrations
        server.close();
        assertThat(directory.resolve("m1")).doesNotExist();
    }

    @Test
    void aTargetThatFailsOnOneOfTheWaysSaysWhy() throws Exception {
        failure = new IOException("the task is gone");
        try (TargetConnection target = connect(4)) {
            assertThatThrownBy(() -> {
                        try (SnapshotSink snapshot = target.growingRound(0)) {
                            target.grow();
                            try (PageSink pages = snapshot.pages(TASK)) {
                                send(pages, new Random(1), 256);
                            }
                            snapshot.finish();
                        }
                    })
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("the task is gone");
        }
        assertThat(aborts.poll(10, TimeUnit.SECONDS)).contains("the task is gone");
    }

    /** The first connection of a migration that may have two, with its first pagemap begun; gives the token. */
    private ByteString begin(RawPeer first) throws IOException {
        Hello hello = Hello.newBuilder()
                .setVersion(Frame.VERSION)
                .setMigration("m1")
                .setStreams(2)
                .build();
        first.send(Frame.message(FrameType.HELLO, hello, UnpooledByteBufAllocator.DEFAULT));
        Hello answer = Hello.parseFrom(first.receivePayload());
        assertThat(answer.getStreams()).isEqualTo(2);
        first.send(new Frame(FrameType.ROUND, Frame.PLAIN, 0, Frame.IN_PLACE, 0, Unpooled.EMPTY_BUFFER));
        first.send(Frame.control(FrameType.GROW, Unpooled.EMPTY_BUFFER));
        first.send(new Frame(FrameType.PAGEMAP, Frame.PLAIN, 42, 0, 0, Unpooled.EMPTY_BUFFER));
        return answer.getToken();
    }

    private static Frame join(String migration, ByteString token) {
        Join join = Join.newBuilder()
                .setMigration(migration)
                .setToken(token)
                .setNumber(0)
                .build();
        return Frame.message(FrameType.JOIN, join, UnpooledByteBufAllocator.DEFAULT);
    }

    private RawPeer peer() throws IOException {
        return RawPeer.connect(server.address().getPort());
    }

    @Test
    void aStrangerCanNotBringPagesIntoAMigration() throws IOException {
        try (RawPeer first = peer();
                RawPeer stranger = peer();
                RawPeer lost = peer();
                RawPeer another = peer()) {
            ByteString token = begin(first);

            stranger.send(join("m1", ByteString.copyFrom(new byte[32])));
            assertThat(stranger.receive()).contains("FAILURE", "no migration waits");
            lost.send(join("m2", token));
            assertThat(lost.receive()).contains("FAILURE", "no migration waits");

            another.send(join("m1", token));
            assertThat(another.receive()).startsWith("JOIN");
        }
    }

    @Test
    void alteredPagesOnAnotherConnectionEndTheMigration() throws Exception {
        try (RawPeer first = peer();
                RawPeer another = peer()) {
            another.send(join("m1", begin(first)));
            another.receive();
            another.send(new Frame(FrameType.PAGEMAP, Frame.PLAIN, 1, 0, 0, Unpooled.EMPTY_BUFFER));
            Frame good = RawPeer.run(PageBatch.Kind.DATA, Frame.PLAIN, PAGE, 1, new byte[PAGE]);
            another.send(new Frame(FrameType.PAGES, Frame.PLAIN, PAGE, 1, good.checksum() + 1, good.payload()));

            assertThat(first.receive()).contains("FAILURE", "were altered on the way");
            assertThat(aborts.poll(10, TimeUnit.SECONDS)).contains("were altered on the way");
        }
    }

    @Test
    void aConnectionThatIsLostEndsTheMigrationThoughItIsNotTheFirst() throws Exception {
        try (RawPeer first = peer()) {
            try (RawPeer another = peer()) {
                another.send(join("m1", begin(first)));
                another.receive();
            }
            assertThat(first.receive()).contains("FAILURE", "one of the connections of migration m1 is gone");
        }
        assertThat(aborts.poll(10, TimeUnit.SECONDS)).contains("is gone");
    }

    @Test
    void anotherConnectionCarriesPagesOnly() throws Exception {
        try (RawPeer first = peer();
                RawPeer another = peer()) {
            another.send(join("m1", begin(first)));
            another.receive();
            another.send(Frame.control(FrameType.COMMIT, Unpooled.EMPTY_BUFFER));

            assertThat(first.receive()).contains("FAILURE", "COMMIT came by a connection that carries pages only");
        }
    }
}
