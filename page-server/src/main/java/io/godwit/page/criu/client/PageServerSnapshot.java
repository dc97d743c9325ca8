package io.godwit.page.criu.client;

import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.SnapshotSink;
import java.io.IOException;

/** A snapshot whose pages go to a page server, and the other images to a directory of this host. */
public final class PageServerSnapshot implements SnapshotSink {
    private final PageClient client;
    private final SnapshotSink images;

    /** Takes a session that has not begun an object; it stays open when the snapshot is closed. */
    public PageServerSnapshot(PageClient client, SnapshotSink images) {
        this.client = client;
        this.images = images;
    }

    @Override
    public void image(String fileName, byte[] content) throws IOException {
        images.image(fileName, content);
    }

    @Override
    public PageSink pages(PagemapId id) throws IOException {
        return new PageServerSink(client, id, client.open(id));
    }

    @Override
    public void finish() throws IOException {
        client.finish();
        images.finish();
    }

    @Override
    public void close() throws IOException {
        images.close();
    }
}
