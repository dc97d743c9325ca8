package io.godwit.target.lazy;

import io.godwit.image.pages.PageSink;
import io.godwit.page.criu.client.PageFetcher;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Pages that a page server has, or a dump that serves them. */
public final class FetchedPages implements PageSource {
    private final PageFetcher fetcher;

    /** @param fetcher owned by this */
    public FetchedPages(PageFetcher fetcher) {
        this.fetcher = fetcher;
    }

    @Override
    public void read(int pid, long vaddr, ByteBuffer into) throws IOException {
        int wanted = Math.min(PageFetcher.MAX_PAGES, into.remaining() / PageSink.PAGE);
        fetcher.fetch(pid, vaddr, wanted, into);
    }

    @Override
    public void finish() throws IOException {
        fetcher.finish();
    }

    @Override
    public void close() {
        fetcher.close();
    }
}
