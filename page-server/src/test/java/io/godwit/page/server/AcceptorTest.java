package io.godwit.page.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.page.WillingSession;
import io.godwit.page.client.NettyTargetConnection;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.proto.PreflightReply;
import io.godwit.page.proto.PreflightRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class AcceptorTest {
    private static final int SLOW = 8;

    @TempDir
    private Path directory;

    private final CountDownLatch waiting = new CountDownLatch(SLOW);
    private final CountDownLatch over = new CountDownLatch(1);
    private final Queue<String> aborted = new ConcurrentLinkedQueue<>();

    /** Its pre-flight waits for the end of the test, if it is a slow one. */
    private final class Session extends WillingSession {
        private final String id;

        Session(String id) {
            this.id = id;
        }

        @Override
        public PreflightReply preflight(PreflightRequest request) throws IOException {
            if (id.startsWith("slow")) {
                waiting.countDown();
                try {
                    over.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            return PreflightReply.getDefaultInstance();
        }

        @Override
        public void abort(String reason) {
            aborted.add(id);
        }
    }

    private TargetConnection connect(PageServer server, String id) throws IOException {
        return NettyTargetConnection.connect("127.0.0.1", server.address().getPort(), id, false);
    }

    @Test
    void migrationsThatWaitHoldUpNoOtherAndEndWithTheServer() throws Exception {
        List<CompletableFuture<Object>> slow = new ArrayList<>();
        List<TargetConnection> connections = new ArrayList<>();
        try (PageServer server = PageServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new PageServer.Options(directory, false, HolePuncher.NONE),
                Session::new,
                line -> {})) {
            for (int i = 0; i < SLOW; i++) {
                TargetConnection connection = connect(server, "slow" + i);
                connections.add(connection);
                slow.add(CompletableFuture.supplyAsync(() -> preflight(connection), task -> new Thread(task).start()));
            }
            assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();

            try (TargetConnection quick = connect(server, "quick")) {
                try (SnapshotSink round = quick.round(0)) {
                    round.finish();
                }
                quick.restore();
                quick.commit();
            }
            over.countDown();
            for (CompletableFuture<Object> one : slow) {
                assertThat(one.get()).isInstanceOf(PreflightReply.class);
            }
        } finally {
            connections.forEach(TargetConnection::close);
        }
        assertThat(aborted).hasSize(SLOW).allMatch(id -> id.startsWith("slow"));
    }

    private static Object preflight(TargetConnection connection) {
        try {
            return connection.preflight(PreflightRequest.getDefaultInstance());
        } catch (IOException e) {
            return e;
        }
    }
}
