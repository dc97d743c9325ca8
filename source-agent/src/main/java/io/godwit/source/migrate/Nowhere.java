package io.godwit.source.migrate;

import io.godwit.image.pages.HolePuncher;
import io.godwit.page.server.PageServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** A target on this host that takes any tree and makes nothing of it: what is moved there is gone. */
public final class Nowhere implements AutoCloseable {
    private final PageServer server;

    private Nowhere(PageServer server) {
        this.server = server;
    }

    /**
     * Listens on a port of the loopback interface.
     *
     * @param directory for what a tree brings, as long as it comes
     */
    public static Nowhere start(Path directory) throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        PageServer.Options options = new PageServer.Options(directory, false, HolePuncher.NONE);
        return new Nowhere(PageServer.start(anyPort, options, id -> new NoTarget(), line -> {}));
    }

    public int port() {
        return server.address().getPort();
    }

    @Override
    public void close() {
        server.close();
    }
}
