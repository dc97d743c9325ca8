package io.godwit.criu.run;

import io.godwit.cli.page.TlsOptions;
import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.options.Server;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.page.criu.client.PageClient;
import io.godwit.page.criu.client.PageServerSnapshot;
import io.godwit.page.criu.tls.CriuTls;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.util.Optional;

/** Where the pages of a dump go: to its directory, or to a page server that is connected to before the tree is touched. */
final class PageDestination implements AutoCloseable {
    private final Optional<PageClient> client;

    private PageDestination(Optional<PageClient> client) {
        this.client = client;
    }

    /** As the options say, for a dump of a tree with this root. */
    static PageDestination of(CriuOptions options, int pid) throws IOException {
        return new PageDestination(
                options.server().pageServer() ? Optional.of(connect(options.server(), pid)) : Optional.empty());
    }

    private static PageClient connect(Server server, int pid) throws IOException {
        if (server.socket().isPresent()) {
            return PageClient.onSocket(server.socket().getAsInt(), server.header(), pid);
        }
        int port =
                server.port().orElseThrow(() -> new OptionException("--port is missing: give that of the page server"));
        String host = server.address()
                .orElseThrow(() -> new OptionException("--address is missing: give the host of the page server"));
        return PageClient.connect(host, port, tls(server.tls(), host), server.header(), pid);
    }

    private static Optional<CriuTls> tls(Server.Tls tls, String host) throws IOException {
        if (!tls.on()) {
            return Optional.empty();
        }
        return Optional.of(CriuTls.client(
                TlsOptions.files(tls.authority(), tls.revoked(), tls.certificate(), tls.key()),
                tls.anyName() ? Optional.empty() : Optional.of(host)));
    }

    /** What is written to in place of a snapshot in the directory of images. */
    SnapshotSink snapshot(SnapshotSink images) {
        return client.<SnapshotSink>map(pages -> new PageServerSnapshot(pages, images))
                .orElse(images);
    }

    @Override
    public void close() {
        client.ifPresent(PageClient::close);
    }
}
