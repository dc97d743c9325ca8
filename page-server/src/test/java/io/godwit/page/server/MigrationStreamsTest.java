package io.godwit.page.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.pages.PageSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class MigrationStreamsTest {
    private final BlockingQueue<Runnable> owner = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    private final MigrationStreams streams = new MigrationStreams(2, owner::add, failures::add);

    /** Takes nothing; a second way in has its closing thread do something. */
    private static final class Pages implements SpreadPages {
        private OwnThread own;

        @Override
        public PageSink another(OwnThread own) {
            this.own = own;
            return this;
        }

        @Override
        public void data(long vaddr, ByteBuffer pages) {}

        @Override
        public void zero(long vaddr, long nrPages) {}

        @Override
        public void parent(long vaddr, long nrPages) {}

        @Override
        public void close() {}
    }

    private static ByteBuf counts(long first, long second) {
        return Unpooled.buffer().writeLongLE(first).writeLongLE(second);
    }

    private CompletableFuture<Void> closing(ByteBuf counts) {
        return async(() -> streams.close(counts));
    }

    private static CompletableFuture<Void> async(OwnThread.Action action) {
        return CompletableFuture.runAsync(() -> {
            try {
                action.run();
            } catch (IOException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        });
    }

    @Test
    void whoDoesNotKnowTheTokenCanNotJoin() throws IOException {
        byte[] wrong = streams.token();
        wrong[31] ^= 1;

        assertThatThrownBy(() -> streams.join(wrong, 0, new EmbeddedChannel()))
                .hasMessageContaining("no migration waits");
        assertThatThrownBy(() -> streams.join(new byte[0], 0, new EmbeddedChannel()))
                .hasMessageContaining("no migration waits");
        streams.join(streams.token(), 0, new EmbeddedChannel());
    }

    @Test
    void aPlaceIsTakenOnce() throws IOException {
        streams.join(streams.token(), 1, new EmbeddedChannel());

        for (int number : new int[] {1, 2, -1}) {
            assertThatThrownBy(() -> streams.join(streams.token(), number, new EmbeddedChannel()))
                    .as("number %d", number)
                    .hasMessageContaining("no migration waits");
        }
    }

    @Test
    void aPagemapEndsWhenTheChunksOfAllConnectionsWereTakenIn() throws Exception {
        streams.open(new Pages());
        streams.take(0, 1, () -> {});
        CompletableFuture<Void> closing = closing(counts(1, 1));

        CountDownLatch taking = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Void> chunk = async(() -> streams.take(1, 1, () -> {
            taking.countDown();
            awaitQuietly(go);
        }));
        taking.await();
        assertThat(closing).isNotDone();
        go.countDown();

        chunk.get();
        closing.get();
    }

    @Test
    void whoAsksForTheChunksSentSoFarLeavesThePagemapOpen() throws Exception {
        streams.open(new Pages());
        CompletableFuture<Void> asking = async(() -> streams.await(counts(0, 1)));
        assertThat(asking).isNotDone();
        streams.take(1, 1, () -> {});
        asking.get();

        streams.take(1, 1, () -> {});
        closing(counts(0, 2)).get();
    }

    @Test
    void anotherConnectionWaitsForItsPagemapToBegin() throws Exception {
        CompletableFuture<PageSink> way = CompletableFuture.supplyAsync(() -> {
            try {
                return streams.way(2);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        streams.open(null);
        streams.close(counts(0, 0));
        assertThat(way).isNotDone();

        Pages second = new Pages();
        streams.open(second);

        assertThat(way.get()).isSameAs(second);
    }

    @Test
    void theOwnerServesOthersWhileItWaitsForTheEnd() throws Exception {
        Pages pages = new Pages();
        streams.open(pages);
        streams.way(1);
        CompletableFuture<Thread> ranBy = new CompletableFuture<>();
        CompletableFuture<Void> asking =
                async(() -> streams.take(0, 1, () -> pages.own.run(() -> ranBy.complete(Thread.currentThread()))));

        streams.close(counts(1, 0));

        assertThat(ranBy.get()).isSameAs(Thread.currentThread());
        asking.get();
    }

    static List<OwnThread.Action> whatTheOwnerCouldNotDoIsToldToTheOneWhoAsked() {
        return List.of(
                () -> {
                    throw new IOException("no");
                },
                () -> {
                    throw new IllegalStateException("no");
                },
                () -> {
                    throw new StackOverflowError("no");
                });
    }

    @ParameterizedTest
    @MethodSource
    void whatTheOwnerCouldNotDoIsToldToTheOneWhoAsked(OwnThread.Action action) throws Exception {
        Pages pages = new Pages();
        streams.open(pages);
        streams.way(1);
        CompletableFuture<Void> asking = async(() -> streams.take(0, 1, () -> pages.own.run(action)));

        owner.take().run();

        assertThatThrownBy(asking::get).hasMessageContaining("no");
    }

    @Test
    void aFailureEndsAllWaitingAndIsToldOnce() throws Exception {
        streams.open(new Pages());
        CompletableFuture<Void> closing = closing(counts(1, 0));

        streams.fail("altered");
        streams.fail("gone");

        assertThatThrownBy(closing::get).hasMessageContaining("altered");
        owner.take().run();
        assertThat(owner).isEmpty();
        assertThat(failures).containsExactly("altered");
        assertThatThrownBy(() -> streams.take(0, 1, () -> {})).hasMessageContaining("altered");
    }

    @Test
    void nothingIsTakenInAfterTheStop() throws Exception {
        streams.open(new Pages());
        CountDownLatch taking = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Void> chunk = async(() -> streams.take(0, 1, () -> {
            taking.countDown();
            awaitQuietly(go);
        }));
        taking.await();
        CompletableFuture<Void> stopping = CompletableFuture.runAsync(() -> streams.stop("given up"));

        assertThat(stopping).isNotDone();
        go.countDown();

        stopping.get();
        chunk.get();
        assertThatThrownBy(() -> streams.take(0, 1, () -> {})).hasMessageContaining("given up");
    }

    @Test
    void pagesOutsideOfAPagemapAreRefused() throws IOException {
        assertThatThrownBy(() -> streams.take(0, 1, () -> {})).hasMessageContaining("pagemap 1");
        streams.open(null);
        assertThatThrownBy(() -> streams.take(0, 1, () -> {})).hasMessageContaining("not one that may be spread");
        streams.close(counts(0, 0));
        streams.open(new Pages());
        assertThatThrownBy(() -> streams.way(1)).hasMessageContaining("pagemap 2 was open");
    }

    @Test
    void theEndMustTellOfEachConnection() {
        streams.open(new Pages());

        assertThatThrownBy(() -> streams.close(Unpooled.buffer().writeLongLE(0)))
                .hasMessageContaining("without the chunks of each connection");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
