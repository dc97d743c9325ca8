package io.godwit.source.migrate;

import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.SnapshotSink;
import java.nio.ByteBuffer;

/** A snapshot of which nothing is kept. */
final class DiscardedSnapshot implements SnapshotSink {
    private static final PageSink PAGES = new PageSink() {
        @Override
        public void data(long vaddr, ByteBuffer pages) {
            pages.position(pages.limit());
        }

        @Override
        public void zero(long vaddr, long nrPages) {}

        @Override
        public void parent(long vaddr, long nrPages) {}

        @Override
        public void close() {}
    };

    @Override
    public void image(String fileName, byte[] content) {}

    @Override
    public PageSink pages(PagemapId id) {
        return PAGES;
    }

    @Override
    public void finish() {}

    @Override
    public void close() {}
}
