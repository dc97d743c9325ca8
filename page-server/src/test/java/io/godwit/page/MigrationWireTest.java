package io.godwit.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.page.client.NettyTargetConnection;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.client.TargetException;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.protocol.Hurry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes over the wire before the commit. */
@Timeout(30)
class MigrationWireTest {
    private static final PagemapId TASK = RecordingTarget.TASK;
    private static final int PAGE = PageSink.PAGE;

    @TempDir
    private Path directory;

    private RecordingTarget recording;

    @BeforeEach
    void start() throws IOException {
        recording = new RecordingTarget(directory);
    }

    @AfterEach
    void stop() {
        recording.close();
    }

    private TargetConnection connect() throws IOException {
        return recording.connect();
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
            assertThat(recording.calls())
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
            for (Hurry how : Hurry.values()) {
                target.hurry(how);
                try (SnapshotSink round = target.growingRound(number++)) {
                    round.image("mm-42.img", "maps".getBytes(StandardCharsets.UTF_8));
                    target.grow();
                    round.finish();
                }
            }
            assertThat(recording.hurried()).containsExactly(Hurry.values());
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
            assertThat(recording.restored(first.length)).isEqualTo(first);
            assertThat(target.counters().zeroBytes()).isEqualTo(4 * PAGE);
            assertThat(target.counters().parentBytes()).isEqualTo(30 * PAGE);
            assertThat(target.counters().wireBytes()).isBetween(30L * PAGE, 31L * PAGE);
        }
        assertThat(recording.calls()).containsExactly("preflight [42]", "restore", "resume");
        recording.awaitEmpty();
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
            assertThat(recording.restored(text.length)).isEqualTo(text);
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
        assertThat(recording.nextCall()).startsWith("preflight");
        assertThat(recording.nextCall()).isEqualTo("abort the source closed the connection");
        recording.awaitEmpty();
    }

    private static byte[] ones(int size) {
        byte[] bytes = new byte[size];
        java.util.Arrays.fill(bytes, (byte) 1);
        return bytes;
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
        try (Socket socket = new Socket("127.0.0.1", recording.port())) {
            socket.getOutputStream().write(ones(1024));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        try (TargetConnection target = connect()) {
            assertThat(target.preflight(PreflightRequest.getDefaultInstance()).getFreeMemoryBytes())
                    .isEqualTo(7);
        }
    }
}
