package io.godwit.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.pages.PagemapId;
import io.godwit.page.client.Compression;
import io.godwit.page.client.NettyTargetConnection;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.client.TargetException;
import io.godwit.page.protocol.Frame;
import io.godwit.page.protocol.FrameType;
import io.godwit.page.protocol.Transport;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits in the source for a target that does not read. */
class BacklogTest {
    private static final int PAGE = 4096;
    private static final int MOST_BYTES = 24 << 20;

    @ParameterizedTest
    @EnumSource
    void theMemoryOfWhatWaitsIsBoundedHoweverMuchItShrinks(Compression compression) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listener.setReceiveBufferSize(64 << 10);
            CompletableFuture<RawPeer> accepted = CompletableFuture.supplyAsync(() -> greet(listener));
            TargetConnection source = NettyTargetConnection.connect("127.0.0.1", listener.getLocalPort(), "m1", false);
            source.compress(compression);
            long before = used();
            Thread sender = new Thread(() -> sendUntilClosed(source));
            sender.start();
            RawPeer target = accepted.join();
            long most = mostWhileItGrows(sender);
            assertThat(sender.isAlive()).as("still sends").isTrue();
            target.close();
            sender.join();
            assertThat(most - before).isLessThan(MOST_BYTES);
        }
    }

    /** Small frames are received many at a time, and are still passed on after the cut. */
    @ParameterizedTest
    @ValueSource(ints = {64 << 10, 0})
    void aTargetThatSaysMoreThanItWasAskedIsCutOff(int unaskedBytes) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<RawPeer> accepted = CompletableFuture.supplyAsync(() -> greet(listener));
            try (TargetConnection source =
                            NettyTargetConnection.connect("127.0.0.1", listener.getLocalPort(), "m1", false);
                    RawPeer target = accepted.join()) {
                long before = used();
                Frame unasked =
                        new Frame(FrameType.GROW, Frame.PLAIN, 0, 0, 0, Unpooled.wrappedBuffer(new byte[unaskedBytes]));
                byte[] bytes = RawPeer.bytes(unasked);
                assertThatThrownBy(() -> {
                            for (long sent = 0; sent < 256L << 20; sent += bytes.length) {
                                target.send(bytes);
                            }
                        })
                        .isInstanceOf(IOException.class);
                assertThat(used() - before).isLessThan(MOST_BYTES);
                assertThatThrownBy(() -> source.round(0).close())
                        .isInstanceOf(TargetException.class)
                        .hasMessageContaining("said more than it was asked");
            }
        }
    }

    private static RawPeer greet(ServerSocket listener) {
        try {
            RawPeer peer = new RawPeer(listener.accept());
            peer.receive();
            peer.send(RawPeer.hello(Frame.VERSION, "m1"));
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Pages that shrink to a fiftieth or so. */
    private static void sendUntilClosed(TargetConnection source) {
        ByteBuffer pages = ByteBuffer.allocateDirect(1 << 20);
        byte[] some = new byte[PAGE / 64];
        Random random = new Random(1);
        for (int at = 0; at < pages.capacity(); at += PAGE) {
            random.nextBytes(some);
            pages.put(at, some);
        }
        try (source;
                var round = source.round(0);
                var sink = round.pages(new PagemapId(PagemapId.Kind.TASK, 42))) {
            for (long at = 0; at < 4L << 30; at += pages.capacity()) {
                sink.data(at, pages.clear());
            }
        } catch (IOException e) {
            // the target is gone, which ends the test
        }
    }

    /** The most memory until the sender waits, and nothing changes any more for a while. */
    private static long mostWhileItGrows(Thread sender) {
        long most = used();
        long since = System.nanoTime();
        while (System.nanoTime() - since < 300_000_000) {
            Thread.onSpinWait();
            if (used() > most || sender.getState() == Thread.State.RUNNABLE) {
                most = Math.max(most, used());
                since = System.nanoTime();
            }
        }
        return most;
    }

    private static long used() {
        return ((PooledByteBufAllocator) Transport.allocator()).metric().usedDirectMemory();
    }
}
