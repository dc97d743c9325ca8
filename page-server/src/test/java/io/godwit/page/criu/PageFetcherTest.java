package io.godwit.page.criu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.page.criu.client.PageFetcher;
import io.godwit.page.criu.wire.HeaderForm;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bytes are those that were seen with CRIU 4.2. */
class PageFetcherTest {
    private static final int PAGE = 4096;
    private static final int PID = 32348;
    private static final long ADDRESS = 0x5564c385b000L;
    private static final String GET_ONE = "0700000000000000010000000000000000b085c3645500005c7e000000000000";
    private static final String GIVEN_ONE = "0600040000000000010000000000000000b085c3645500005c7e000000000000";
    private static final String GIVEN_TWO = "0600040000000000020000000000000000b085c3645500005c7e000000000000";
    private static final String CLOSE = "23100000" + "0".repeat(56);

    private ServerSocket listener;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    private interface Script {
        void run(DataInputStream in, OutputStream out) throws IOException;
    }

    private CompletableFuture<Void> server(Script script) {
        return CompletableFuture.runAsync(() -> {
            try (Socket socket = listener.accept()) {
                script.run(new DataInputStream(socket.getInputStream()), socket.getOutputStream());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private PageFetcher connect() throws IOException {
        return PageFetcher.connect(
                "127.0.0.1", listener.getLocalPort(), Optional.empty(), Optional.of(HeaderForm.LONG), PID);
    }

    private static String read(DataInputStream in, int bytes) throws IOException {
        byte[] read = new byte[bytes];
        in.readFully(read);
        return HexFormat.of().formatHex(read);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static byte[] page(int value) {
        byte[] page = new byte[PAGE];
        Arrays.fill(page, (byte) value);
        return page;
    }

    @Test
    void onePageIsAskedForAndTheSessionIsClosed() throws IOException {
        CompletableFuture<Void> server = server((in, out) -> {
            assertThat(read(in, 32)).isEqualTo(GET_ONE);
            out.write(hex(GIVEN_ONE));
            out.write(page(7));
            assertThat(read(in, 32)).isEqualTo(CLOSE);
            out.write(new byte[4]);
        });
        try (PageFetcher fetcher = connect()) {
            ByteBuffer into = ByteBuffer.allocateDirect(PAGE);
            assertThat(fetcher.fetch(PID, ADDRESS, 1, into)).isEqualTo(1);
            assertThat(into.hasRemaining()).isFalse();
            assertThat(into.get(PAGE - 1)).isEqualTo((byte) 7);
            fetcher.finish();
        }
        server.join();
    }

    @Test
    void fewerPagesThanAskedForMayCome() throws IOException {
        CompletableFuture<Void> server = server((in, out) -> {
            read(in, 32);
            out.write(hex(GIVEN_TWO));
            out.write(page(1));
            out.write(page(2));
        });
        try (PageFetcher fetcher = connect()) {
            ByteBuffer into = ByteBuffer.allocateDirect(8 * PAGE);
            assertThat(fetcher.fetch(PID, ADDRESS, 8, into)).isEqualTo(2);
            assertThat(into.position()).isEqualTo(2 * PAGE);
            assertThat(into.get(PAGE)).isEqualTo((byte) 2);
        }
        server.join();
    }

    @Test
    void moreThanWasAskedForIsRefused() throws IOException {
        CompletableFuture<Void> server = server((in, out) -> {
            read(in, 32);
            out.write(hex(GIVEN_TWO));
        });
        try (PageFetcher fetcher = connect()) {
            assertThatThrownBy(() -> fetcher.fetch(PID, ADDRESS, 1, ByteBuffer.allocateDirect(PAGE)))
                    .hasMessageContaining("the stream is out of step");
        }
        server.join();
    }

    @Test
    void aServerThatGoesAwayIsTold() throws IOException {
        CompletableFuture<Void> server = server((in, out) -> {
            read(in, 32);
            out.write(hex(GIVEN_ONE));
            out.write(page(1), 0, 100);
        });
        try (PageFetcher fetcher = connect()) {
            assertThatThrownBy(() -> fetcher.fetch(PID, ADDRESS, 1, ByteBuffer.allocateDirect(PAGE)))
                    .hasMessageContaining("closed the connection");
        }
        server.join();
    }
}
