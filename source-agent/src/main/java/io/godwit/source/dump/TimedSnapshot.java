package io.godwit.source.dump;

import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.SnapshotSink;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Measures how long pages take to be written. */
final class TimedSnapshot implements SnapshotSink {
    private final SnapshotSink inner;
    private long nanos;

    TimedSnapshot(SnapshotSink inner) {
        this.inner = inner;
    }

    /** Nanoseconds spent in page sinks so far. */
    long nanos() {
        return nanos;
    }

    @Override
    public void image(String fileName, byte[] content) throws IOException {
        inner.image(fileName, content);
    }

    @Override
    public PageSink pages(PagemapId id) throws IOException {
        return new TimedPages(inner.pages(id));
    }

    @Override
    public void finish() throws IOException {
        inner.finish();
    }

    @Override
    public void close() throws IOException {
        inner.close();
    }

    private interface Write {
        void run() throws IOException;
    }

    private void time(Write write) throws IOException {
        long start = System.nanoTime();
        try {
            write.run();
        } finally {
            nanos += System.nanoTime() - start;
        }
    }

    private final class TimedPages implements PageSink {
        private final PageSink pages;

        TimedPages(PageSink pages) {
            this.pages = pages;
        }

        @Override
        public void data(long vaddr, ByteBuffer content) throws IOException {
            time(() -> pages.data(vaddr, content));
        }

        @Override
        public void zero(long vaddr, long nrPages) throws IOException {
            time(() -> pages.zero(vaddr, nrPages));
        }

        @Override
        public void parent(long vaddr, long nrPages) throws IOException {
            time(() -> pages.parent(vaddr, nrPages));
        }

        @Override
        public void onDemand(long vaddr, long nrPages) {
            pages.onDemand(vaddr, nrPages);
        }

        @Override
        public void left(long vaddr, long nrPages) throws IOException {
            time(() -> pages.left(vaddr, nrPages));
        }

        @Override
        public void close() throws IOException {
            time(pages::close);
        }
    }
}
