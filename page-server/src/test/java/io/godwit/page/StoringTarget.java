package io.godwit.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.pages.HolePuncher;
import io.godwit.page.client.NettyTargetConnection;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.server.PageServer;
import io.godwit.page.server.TargetSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A target on loopback that stores rounds, and restores nothing, unless its sessions do. */
class StoringTarget implements AutoCloseable {
    private static final long LIMIT_SECONDS = 10;

    private final Path directory;
    private final PageServer server;
    private final BlockingQueue<String> aborts = new LinkedBlockingQueue<>();

    StoringTarget(Path directory) throws IOException {
        this.directory = directory;
        this.server = PageServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new PageServer.Options(directory, false, HolePuncher.NONE),
                id -> session(),
                line -> {});
    }

    /** One for each migration. */
    TargetSession session() {
        return new Session();
    }

    private final class Session extends WillingSession {
        @Override
        public void abort(String reason) {
            aborts.add(reason);
        }
    }

    int port() {
        return server.address().getPort();
    }

    TargetConnection connect(String migration) throws IOException {
        return NettyTargetConnection.connect("127.0.0.1", port(), migration, false);
    }

    /** Why the next migration to be given up was. */
    String awaitAbort() throws InterruptedException {
        String reason = aborts.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(reason).as("a migration was given up").isNotNull();
        return reason;
    }

    /** Nothing is left of any migration, in time. */
    void awaitEmpty() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!isEmpty()) {
            assertThat(System.nanoTime()).as("%s is empty", directory).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** Nothing of what failed is left, and the next migration is served. */
    void requireUnharmed() throws IOException {
        awaitEmpty();
        try (TargetConnection next = connect("next")) {
            try (var round = next.round(0)) {
                round.finish();
            }
            next.restore();
            next.commit();
        }
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
