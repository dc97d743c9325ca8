package io.godwit.criu.run;

import io.godwit.criu.options.CriuOptions;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.page.criu.client.PageClient;
import io.godwit.page.criu.client.PageServerSnapshot;
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
                options.server().pageServer()
                        ? Optional.of(PageServerPlace.connect(
                                options.server(), pid, PageClient::onSocket, PageClient::connect))
                        : Optional.empty());
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
