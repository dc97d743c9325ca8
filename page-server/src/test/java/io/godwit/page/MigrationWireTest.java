package io.godwit.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.Images;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.page.client.NettyTargetConnection;
import io.godwit.page.client.OutcomeUnknownException;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.client.TargetException;
import io.godwit.page.client.UndoneException;
import io.godwit.page.proto.PreflightReply;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.proto.RestoreReply;
import io.godwit.page.proto.ResumeReply;
import io.godwit.page.server.NotResumedException;
import io.godwit.page.server.PageDestination;
import io.godwit.page.server.PageServer;
import io.godwit.page.server.TargetSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class MigrationWireTest {
    private static final PagemapId TASK = new PagemapId(PagemapId.Kind.TASK, 42);
    private static final int PAGE = PageSink.PAGE;

    @TempDir
    private Path directory;

    private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
    private final BlockingQueue<Boolean> hurried = new LinkedBlockingQueue<>();
    private PageServer server;
    private IOException restoreFailure;
    private IOException resumeFailure;
    private byte[] restored = {};
    private final PageSink grown = new PageSink() {
        @Override
        public void data(long vaddr, ByteBuffer pages) {
            calls.add("data " + vaddr + " " + pages.remaining());
            pages.position(pages.limit());
        }

        @Override
        public void zero(long vaddr, long nrPages) {
            calls.add("zero " + vaddr + " " + nrPages);
        }

        @Override
        public void parent(long vaddr, long nrPages) {
            calls.add("parent " + vaddr + " " + nrPages);
        }

        @Override
        public void word(long address, long value) {
            calls.add("word " + address + " " + value);
        }

        @Override
        public void close() {
            calls.add("end");
        }
    };

    private final class RecordingSession implements TargetSession {
        @Override
        public PreflightReply preflight(PreflightRequest request) {
            calls.add("preflight " + request.getPidsList());
            return PreflightReply.newBuilder().setFreeMemoryBytes(7).build();
        }

        @Override
        public void hurry(boolean before) {
            hurried.add(before);
        }

        @Override
        public PageDestination grow(Images round) throws IOException {
            calls.add("grow " + round.directory().getFileName() + " "
                    + new String(round.read("mm-42.img"), StandardCharsets.US_ASCII));
            return pid -> grown;
        }

        @Override
        public RestoreReply restore(Path lastRound) throws IOException {
            if (restoreFailure != null) {
                throw restoreFailure;
            }
            restored = memory(PageIndex.load(lastRound, TASK).extents());
            calls.add("restore");
            return RestoreReply.getDefaultInstance();
        }

        @Override
        public ResumeReply resume() throws IOException {
            calls.add("resume");
            if (resumeFailure != null) {
                throw resumeFailure;
            }
            return ResumeReply.getDefaultInstance();
        }

        @Override
        public void abort(String reason) {
            calls.add("abort " + reason);
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = PageServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new PageServer.Options(directory, false, HolePuncher.NONE),
                id -> new RecordingSession(),
                line -> {});
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private TargetConnection connect() throws IOException {
        return NettyTargetConnection.connect("127.0.0.1", server.address().getPort(), "m1", false);
    }

    private static byte[] memory(List<PageIndex.Extent> extents) throws IOException {
        ByteBuffer memory = ByteBuffer.allocate(64 * PAGE);
        for (PageIndex.Extent extent : extents) {
            byte[] file = Files.readAllBytes(extent.pagesFile());
            memory.put((int) extent.vaddr(), file, (int) extent.offset(), (int) extent.nrPages() * PAGE);
        }
        return memory.array();
    }

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    @Test
    void pagesOfATreeThatGrowsGoIntoItAndNotIntoTheImages() throws Exception {
        byte[] page = new byte[PAGE];
        page[0] = 1;
        try (TargetConnection target = connect()) {
            try (SnapshotSink round = target.growingRound(0)) {
                round.image("mm-42.img", "maps".getBytes(StandardCharsets.UTF_8));
                target.grow();
                try (PageSink pages = round.pages(TASK)) {
                    pages.data(0, direct(page));
                    pages.zero(PAGE, 2);
                    pages.parent(3 * PAGE, 4);
                    assertThat(pages.takesWords()).isTrue();
                    // values that would join runs of pages
                    pages.word(3 * PAGE + 8, 1);
                    pages.word(4 * PAGE + 8, -1);
                    pages.parent(7 * PAGE, 1);
                }
                round.finish();
            }
            assertThat(calls)
                    .containsExactly(
                            "grow 0 maps",
                            "data 0 4096",
                            "zero 4096 2",
                            "parent 12288 4",
                            "word 12296 1",
                            "word 16392 -1",
                            "parent 28672 1",
                            "end");
            assertThat(directory.resolve("m1/0")).isEmptyDirectory();
        }
    }

    @Test
    void theTargetIsToldWhichRoundsAreWaitedFor() throws Exception {
        try (TargetConnection target = connect()) {
            int number = 0;
            for (boolean before : new boolean[] {false, true, false}) {
                target.hurry(before);
                try (SnapshotSink round = target.growingRound(number++)) {
                    round.image("mm-42.img", "maps".getBytes(StandardCharsets.UTF_8));
                    target.grow();
                    round.finish();
                }
            }
            assertThat(hurried).containsExactly(false, true, false);
        }
    }

    @Test
    void aTreeGrowsOnlyInARoundThatIsForIt() throws Exception {
        try (TargetConnection target = connect();
                SnapshotSink round = target.round(0)) {
            target.grow();
            assertThatThrownBy(round::finish)
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("the tree was to grow outside of a round that is for it");
        }
    }

    @Test
    void theTargetsWordsArriveThoughTheSourceIsStillSending() throws Exception {
        byte[] memory = new byte[4 << 20];
        new Random(3).nextBytes(memory);
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> sendWithoutEnd(memory))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("parent");
        }
    }

    private void sendWithoutEnd(byte[] memory) throws IOException {
        try (TargetConnection target = connect();
                SnapshotSink round = target.round(0);
                PageSink pages = round.pages(TASK)) {
            pages.parent(0, 1);
            for (long at = PAGE; at < 64 << 20; at += memory.length) {
                pages.data(at, direct(memory));
            }
            round.finish();
        }
    }

    @Test
    void aTreeArrivesPageByPageThroughTwoRoundsAndIsResumedAfterTheCommit() throws Exception {
        byte[] first = new byte[32 * PAGE];
        new Random(1).nextBytes(first);
        byte[] zeros = new byte[4 * PAGE];
        System.arraycopy(zeros, 0, first, 8 * PAGE, zeros.length);
        byte[] second = new byte[2 * PAGE];
        new Random(2).nextBytes(second);
        try (TargetConnection target = connect()) {
            assertThat(target.preflight(
                                    PreflightRequest.newBuilder().addPids(42).build())
                            .getFreeMemoryBytes())
                    .isEqualTo(7);
            try (SnapshotSink round = target.round(0)) {
                try (PageSink pages = round.pages(TASK)) {
                    pages.data(0, direct(first));
                }
                round.finish();
            }
            try (SnapshotSink round = target.round(1)) {
                try (PageSink pages = round.pages(TASK)) {
                    pages.parent(0, 16);
                    pages.data(16 * PAGE, direct(second));
                    pages.parent(18 * PAGE, 14);
                }
                round.image("inventory.img", new byte[] {1, 2, 3});
                round.finish();
            }
            target.restore();
            target.commit();
            System.arraycopy(second, 0, first, 16 * PAGE, second.length);
            assertThat(java.util.Arrays.copyOf(restored, first.length)).isEqualTo(first);
            assertThat(target.counters().zeroBytes()).isEqualTo(4 * PAGE);
            assertThat(target.counters().parentBytes()).isEqualTo(30 * PAGE);
            assertThat(target.counters().wireBytes()).isBetween(30L * PAGE, 31L * PAGE);
        }
        assertThat(calls).containsExactly("preflight [42]", "restore", "resume");
        awaitEmpty();
    }

    @Test
    void memoryThatWasCompressedOnTheWayArrivesAsItWas() throws Exception {
        byte[] text = new byte[32 * PAGE];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) ("user:session:" + i / 16).charAt(i % 13);
        }
        try (TargetConnection target = connect()) {
            try (SnapshotSink round = target.round(0)) {
                try (PageSink pages = round.pages(TASK)) {
                    pages.data(0, direct(text));
                }
                round.finish();
            }
            target.restore();
            assertThat(java.util.Arrays.copyOf(restored, text.length)).isEqualTo(text);
            assertThat(target.counters().compressionBytes()).isGreaterThan(text.length / 2);
            assertThat(target.counters().wireBytes() + target.counters().compressionBytes())
                    .isBetween((long) text.length, text.length + 512L);
        }
    }

    @Test
    void aSourceThatClosesInMidRoundLeavesNothingAtTheTarget() throws Exception {
        try (TargetConnection target = connect()) {
            SnapshotSink round = target.round(0);
            PageSink pages = round.pages(TASK);
            pages.data(0, direct(ones(PAGE)));
            target.preflight(PreflightRequest.getDefaultInstance());
        }
        assertThat(calls.poll(10, TimeUnit.SECONDS)).startsWith("preflight");
        assertThat(calls.poll(10, TimeUnit.SECONDS)).isEqualTo("abort the source closed the connection");
        awaitEmpty();
    }

    private static byte[] ones(int size) {
        byte[] bytes = new byte[size];
        java.util.Arrays.fill(bytes, (byte) 1);
        return bytes;
    }

    private void awaitEmpty() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (Files.list(directory).findAny().isPresent()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void aTreeThatDoesNotRunAfterTheCommitIsGivenUpAndTheSourceIsTold() throws Exception {
        resumeFailure = new NotResumedException("the address is taken", null);
        try (TargetConnection target = restored()) {
            assertThatThrownBy(target::commit)
                    .isInstanceOf(UndoneException.class)
                    .hasMessageContaining("the address is taken");
        }
        assertThat(calls).containsExactly("restore", "resume", "abort the address is taken");
    }

    @Test
    void aTreeThatMayRunAfterTheCommitIsLeftAloneAndTheSourceDoesNotKnow() throws Exception {
        resumeFailure = new IOException("one of its threads is lost");
        try (TargetConnection target = restored()) {
            assertThatThrownBy(target::commit)
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("one of its threads is lost");
        }
        assertThat(calls).containsExactly("restore", "resume");
    }

    @Test
    void aCommitThatWasNotSentIsUndone() throws Exception {
        try (TargetConnection target = restored()) {
            server.close();
            assertThatThrownBy(() -> target.preflight(PreflightRequest.getDefaultInstance()))
                    .as("the end of the connection, once it has been seen")
                    .isInstanceOf(TargetException.class);

            assertThatThrownBy(target::commit)
                    .isInstanceOf(UndoneException.class)
                    .hasMessageContaining("the commit was not sent")
                    .hasMessageContaining("closed the connection");
        }
        assertThat(calls).doesNotContain("resume");
    }

    private TargetConnection restored() throws IOException {
        TargetConnection target = connect();
        try (SnapshotSink round = target.round(0)) {
            try (PageSink pages = round.pages(TASK)) {
                pages.data(0, direct(ones(PAGE)));
            }
            round.finish();
        }
        target.restore();
        return target;
    }

    @Test
    void aFailedRestoreIsToldInTheTargetsWordsAndLeavesNothing() throws Exception {
        restoreFailure = new IOException("pid 42 is taken");
        try (TargetConnection target = connect()) {
            try (SnapshotSink round = target.round(0)) {
                round.finish();
            }
            assertThatThrownBy(target::restore)
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("pid 42 is taken")
                    .hasMessageContaining("127.0.0.1:" + server.address().getPort());
        }
        assertThat(calls.poll(10, TimeUnit.SECONDS)).isEqualTo("abort pid 42 is taken");
        awaitEmpty();
    }

    @Test
    void aPageSaidToBeInTheParentThatIsNotThereFailsTheRound() throws Exception {
        try (TargetConnection target = connect()) {
            try (SnapshotSink round = target.round(0)) {
                try (PageSink pages = round.pages(TASK)) {
                    pages.parent(0, 1);
                }
                assertThatThrownBy(round::finish)
                        .hasMessageContaining("in the parent snapshot, which does not have it");
            }
        }
    }

    @Test
    void anImageNameWithAPathIsRefused() throws Exception {
        try (TargetConnection target = connect()) {
            try (SnapshotSink round = target.round(0)) {
                round.image("../../etc/passwd", new byte[1]);
                assertThatThrownBy(round::finish).hasMessageContaining("is not the name of an image file");
            }
        }
    }

    @Test
    void aTargetThatIsNotThereIsNamed() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThatThrownBy(() -> NettyTargetConnection.connect("127.0.0.1", port, "m1", false))
                .hasMessageContaining("cannot connect to the target agent at 127.0.0.1:" + port);
    }

    @Test
    void plainTextBeyondLoopbackMustBeAskedFor() {
        assertThatThrownBy(() -> NettyTargetConnection.connect("192.0.2.1", 1, "m1", false))
                .hasMessageContaining("--insecure");
    }

    @Test
    void bytesThatAreNoFrameEndTheConnectionAndTheServerGoesOn() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            socket.getOutputStream().write(ones(1024));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        try (TargetConnection target = connect()) {
            assertThat(target.preflight(PreflightRequest.getDefaultInstance()).getFreeMemoryBytes())
                    .isEqualTo(7);
        }
    }
}
