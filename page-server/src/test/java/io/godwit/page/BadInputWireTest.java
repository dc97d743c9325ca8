package io.godwit.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.pages.PageBatch;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.page.client.NettyTargetConnection;
import io.godwit.page.client.Sending;
import io.godwit.page.client.SocketWriter;
import io.godwit.page.client.TargetException;
import io.godwit.page.protocol.Codecs;
import io.godwit.page.protocol.Encoding;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no good peer sends. The target says what is wrong with it, and is there for the next. */
@Timeout(60)
class BadInputWireTest {
    private static final int PAGE = PageSink.PAGE;
    private static final long ADDRESS = 0x7f00_1000L;

    @TempDir
    private Path directory;

    private StoringTarget target;

    @BeforeEach
    void start() throws IOException {
        target = new StoringTarget(directory);
    }

    @AfterEach
    void stop() throws IOException {
        target.requireUnharmed();
        target.close();
    }

    private static byte[] ones(int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 1);
        return bytes;
    }

    private String answerTo(Frame frame) throws IOException {
        return answerTo(RawPeer.bytes(frame));
    }

    /** What the target says to bytes in the middle of a pagemap. */
    private String answerTo(byte[] bytes) throws IOException {
        try (RawPeer source = RawPeer.inPagemap(target.port(), "m1")) {
            source.send(bytes);
            return source.receive();
        }
    }

    @Test
    void aFlippedByteInAChunkIsToldWithItsAddressAndTheMigration() throws Exception {
        byte[] bytes = RawPeer.bytes(RawPeer.pages(Frame.PLAIN, ADDRESS, 1, ones(PAGE)));
        bytes[bytes.length - 100] ^= 4;
        assertThat(answerTo(bytes)).startsWith("FAILURE").contains("m1", "0x7f001000", "checksum");
    }

    @Test
    void aQuestionForWhatIsStoredMustTellOfEachConnection() throws Exception {
        ByteBuf ofAnother = Unpooled.directBuffer().writeLongLE(1);
        assertThat(answerTo(Frame.control(FrameType.STORED, ofAnother)))
                .startsWith("FAILURE")
                .contains("the chunks of each connection");
    }

    @Test
    void aQuestionForWhatIsStoredOutsideOfAPagemapIsRefused() throws Exception {
        try (RawPeer source = RawPeer.inPagemap(target.port(), "m1")) {
            source.send(Frame.control(FrameType.PAGEMAP_END, Unpooled.EMPTY_BUFFER));
            source.send(Frame.control(FrameType.STORED, Unpooled.EMPTY_BUFFER));
            assertThat(source.receive()).startsWith("FAILURE").contains("outside of a pagemap");
        }
    }

    @Test
    void aFlippedByteInAnImageIsRefused() throws Exception {
        try (RawPeer source = RawPeer.connect(target.port())) {
            source.send(RawPeer.hello(Frame.VERSION, "m1"));
            source.receive();
            source.send(new Frame(FrameType.ROUND, Frame.PLAIN, 0, 0, 0, Unpooled.EMPTY_BUFFER));
            source.send(new Frame(FrameType.IMAGE, Frame.PLAIN, 0, 0, 1, Unpooled.wrappedBuffer(ones(32))));
            assertThat(source.receive()).startsWith("FAILURE").contains("m1", "IMAGE", "checksum");
        }
    }

    @Test
    void aSourceOfAnotherVersionIsToldBothVersions() throws Exception {
        try (RawPeer source = RawPeer.connect(target.port())) {
            source.send(RawPeer.hello(99, "m1"));
            assertThat(source.receive()).startsWith("FAILURE").contains("version 99", "version " + Frame.VERSION);
        }
    }

    @Test
    void aFrameThatEndsEarlyIsAMigrationThatWasBrokenOff() throws Exception {
        byte[] bytes = RawPeer.bytes(RawPeer.pages(Frame.PLAIN, ADDRESS, 1, ones(PAGE)));
        try (RawPeer source = RawPeer.inPagemap(target.port(), "m1")) {
            source.send(Arrays.copyOf(bytes, 1000));
        }
        assertThat(target.awaitAbort()).contains("closed the connection");
    }

    @Test
    void aHeaderThatEndsEarlyIsAMigrationThatWasBrokenOff() throws Exception {
        try (RawPeer source = RawPeer.inPagemap(target.port(), "m1")) {
            source.send(Arrays.copyOf(RawPeer.bytes(RawPeer.pages(Frame.PLAIN, ADDRESS, 1, ones(PAGE))), 7));
        }
        assertThat(target.awaitAbort()).contains("closed the connection");
    }

    @Test
    void aChunkLongerThanAllowedIsRefusedByItsHeaderAlone() throws Exception {
        byte[] header = header(FrameType.PAGES, Frame.MAX_PAGES_BYTES + 1);
        assertThat(answerTo(header)).startsWith("FAILURE").contains("m1", "278529 bytes", "278528");
    }

    @Test
    void anImageLongerThanAllowedIsRefusedByItsHeaderAlone() throws Exception {
        assertThat(answerTo(header(FrameType.IMAGE, -1))).startsWith("FAILURE").contains("m1", "4294967295 bytes");
    }

    /** The header of a frame with a length that its payload does not have. */
    private static byte[] header(FrameType type, int length) {
        byte[] bytes = RawPeer.bytes(Frame.control(type, Unpooled.EMPTY_BUFFER));
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(4, length);
        return bytes;
    }

    @Test
    void aFrameOfAnUnknownTypeIsRefused() throws Exception {
        byte[] bytes = header(FrameType.PAGES, 0);
        bytes[0] = 77;
        assertThat(answerTo(bytes)).startsWith("FAILURE").contains("unknown type 77");
    }

    @Test
    void aStrangerIsNotTalkedTo() throws Exception {
        try (RawPeer stranger = RawPeer.connect(target.port())) {
            stranger.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(stranger.receive()).isEqualTo("closed");
        }
    }

    @Test
    void pagesBeforeTheGreetingAreRefused() throws Exception {
        try (RawPeer source = RawPeer.connect(target.port())) {
            source.send(RawPeer.pages(Frame.PLAIN, ADDRESS, 1, ones(PAGE)));
            assertThat(source.receive()).startsWith("FAILURE").contains("PAGES came while");
        }
    }

    @Test
    void aChunkWithMoreBytesThanPagesIsRefused() throws Exception {
        assertThat(answerTo(RawPeer.pages(Frame.PLAIN, ADDRESS, 1, ones(2 * PAGE))))
                .startsWith("FAILURE")
                .contains("0x7f001000", "8192", "4096");
    }

    @ParameterizedTest
    @EnumSource(names = {"LZ4", "ZSTD"})
    void aCompressedChunkThatGivesMoreThanItsPagesIsRefused(Encoding encoding) throws Exception {
        assertThat(answerTo(block(encoding, 1, compressed(encoding, 2 * PAGE))))
                .startsWith("FAILURE")
                .contains("longer than the 4096 bytes");
    }

    @ParameterizedTest
    @EnumSource(names = {"LZ4", "ZSTD"})
    void aCompressedChunkThatGivesLessThanItsPagesIsRefused(Encoding encoding) throws Exception {
        assertThat(answerTo(block(encoding, 3, compressed(encoding, 2 * PAGE))))
                .startsWith("FAILURE")
                .contains("gave 8192 bytes and its pages have 12288");
    }

    @Test
    void aRunOfAnUnknownKindIsRefused() throws Exception {
        assertThat(answerTo(RawPeer.pages(Frame.PLAIN, ADDRESS + 7, 1, ones(PAGE))))
                .startsWith("FAILURE")
                .contains("kind 7", "0x7f001000");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 1025, -1})
    void aTableOfRunsThatIsNotThereIsRefused(int runs) throws Exception {
        byte[] bytes = RawPeer.bytes(RawPeer.run(PageBatch.Kind.ZERO, Frame.PLAIN, ADDRESS, 1, new byte[0]));
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(16, runs);
        assertThat(answerTo(bytes)).startsWith("FAILURE").contains(Integer.toUnsignedString(runs) + " runs", "1024");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 52})
    void aRunThatNoMemoryHasIsRefused(long pages) throws Exception {
        for (PageBatch.Kind kind : PageBatch.Kind.values()) {
            Frame frame = RawPeer.run(kind, Frame.PLAIN, ADDRESS, pages, new byte[0]);
            assertThat(answerTo(frame)).startsWith("FAILURE");
            target.awaitAbort();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LZ4", "ZSTD"})
    void aCompressedChunkThatSaysToHoldGigabytesIsRefusedBeforeAnyRoomIsMade(Encoding encoding) throws Exception {
        assertThat(answerTo(block(encoding, 1 << 20, compressed(encoding, 2 * PAGE))))
                .startsWith("FAILURE")
                .contains("at most 262144");
    }

    @ParameterizedTest
    @EnumSource(names = {"LZ4", "ZSTD"})
    void garbageThatClaimsToBeCompressedIsRefused(Encoding encoding) throws Exception {
        assertThat(answerTo(block(encoding, 1, new byte[] {-1, -1, -1, -1})))
                .startsWith("FAILURE")
                .contains("damaged");
    }

    private static Frame block(Encoding encoding, long pages, byte[] block) {
        return RawPeer.pages(encoding.ordinal(), ADDRESS, pages, block);
    }

    private static byte[] compressed(Encoding encoding, int bytes) {
        ByteBuf out = Unpooled.directBuffer(bytes, bytes);
        ByteBuffer content = ByteBuffer.allocateDirect(bytes).put(ones(bytes)).flip();
        try (Codecs codecs = new Codecs()) {
            assertThat(codecs.of(encoding).compress(content, out, bytes)).isTrue();
        }
        byte[] block = new byte[out.readableBytes()];
        out.readBytes(block);
        return block;
    }

    @Test
    void aPageThatIsSaidToBeInTheParentAndIsNotIsRefused() throws Exception {
        Frame parent = RawPeer.run(PageBatch.Kind.PARENT, Frame.PLAIN, ADDRESS, 1, new byte[0]);
        assertThat(answerTo(parent)).startsWith("FAILURE").contains("0x7f001000", "parent snapshot");
    }

    @Test
    void pagesThatGoBackwardsAreRefused() throws Exception {
        byte[] higher = RawPeer.bytes(RawPeer.pages(Frame.PLAIN, ADDRESS + PAGE, 1, ones(PAGE)));
        byte[] lower = RawPeer.bytes(RawPeer.pages(Frame.PLAIN, ADDRESS, 1, ones(PAGE)));
        byte[] both = Arrays.copyOf(higher, higher.length + lower.length);
        System.arraycopy(lower, 0, both, higher.length, lower.length);
        assertThat(answerTo(both))
                .startsWith("FAILURE")
                .contains("does not follow the run before")
                .doesNotContain("make room");
    }

    @Test
    void aTargetThatClosesInMidRoundIsToldFromOneThatIsSlow() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> fake = CompletableFuture.runAsync(() -> greetAs(Frame.VERSION, listener));
            try (var connection = NettyTargetConnection.connect("127.0.0.1", listener.getLocalPort(), "m1", false);
                    var round = connection.round(0)) {
                var pages = round.pages(new PagemapId(PagemapId.Kind.TASK, 42));
                ByteBuffer memory = ByteBuffer.allocateDirect(1 << 20);
                memory.put(ones(1 << 20)).flip();
                assertThatThrownBy(() -> {
                            for (int i = 0; i < 64; i++) {
                                pages.data((long) i << 20, memory.clear());
                            }
                            round.finish();
                        })
                        .isInstanceOf(TargetException.class)
                        .hasMessageContaining("127.0.0.1:" + listener.getLocalPort() + " closed the connection");
            }
            fake.join();
        }
    }

    @Test
    void aTargetOfAnotherVersionIsNamedWithBothVersions() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> fake = CompletableFuture.runAsync(() -> greetAs(99, listener));
            assertThatThrownBy(() -> NettyTargetConnection.connect("127.0.0.1", listener.getLocalPort(), "m1", false))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining("version 99")
                    .hasMessageContaining("version " + Frame.VERSION);
            fake.join();
        }
    }

    /** Before the source has duplicated the descriptor, which fails with EBADF then. */
    @ParameterizedTest
    @CsvSource({"HTTP/1.1 400 Bad Request, is no godwit", "'', closed the connection"})
    void aTargetThatHasClosedBeforeAnythingIsSentIsToldAsOneThatCloses(String words, String told) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SocketWriter.Maker late = descriptor -> {
                Path link = Path.of("/proc/self/fd/" + descriptor);
                Path socket = Files.readSymbolicLink(link);
                try (RawPeer peer = new RawPeer(listener.accept())) {
                    peer.send(words.getBytes(StandardCharsets.US_ASCII));
                }
                // once it is closed there is no such link, which fails as well
                while (Files.readSymbolicLink(link).equals(socket)) {
                    Thread.onSpinWait();
                }
                throw new IOException("EBADF");
            };
            Sending sending = new Sending(1, late);
            assertThatThrownBy(() ->
                            NettyTargetConnection.connect("127.0.0.1", listener.getLocalPort(), "m1", false, sending))
                    .isInstanceOf(TargetException.class)
                    .hasMessageContaining(told);
        }
    }

    /** A target that greets, and closes at the next frame. */
    private static void greetAs(int version, ServerSocket listener) {
        try (RawPeer peer = new RawPeer(listener.accept())) {
            peer.receive();
            peer.send(RawPeer.hello(version, "m1"));
            peer.receive();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
