package io.godwit.target.lazy;

import io.godwit.image.pages.PageSink;
import io.godwit.page.criu.client.PageFetcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Pages that a page server has, or a dump that serves them. */
public final class FetchedPages implements PageSource {
    private final Server server;
    private boolean fetched;

    /** As {@link PageFetcher}. */
    interface Server extends AutoCloseable {
        void fetch(int pid, long vaddr, int pages, ByteBuffer into) throws IOException;

        void finish() throws IOException;

        @Override
        void close();
    }

    /** @param fetcher owned by this */
    public FetchedPages(PageFetcher fetcher) {
        this(new Server() {
            @Override
            public void fetch(int pid, long vaddr, int pages, ByteBuffer into) throws IOException {
                fetcher.fetch(pid, vaddr, pages, into);
            }

            @Override
            public void finish() throws IOException {
                fetcher.finish();
            }

            @Override
            public void close() {
                fetcher.close();
            }
        });
    }

    FetchedPages(Server server) {
        this.server = server;
    }

    @Override
    public void read(int pid, long vaddr, ByteBuffer into) throws IOException {
        int wanted = Math.min(PageFetcher.MAX_PAGES, into.remaining() / PageSink.PAGE);
        fetched = true;
        server.fetch(pid, vaddr, wanted, into);
    }

    /**
     * A dump takes an end before any page was fetched for that of a stranger, and lets its tree run on. But a tree may have run here that needed none:
     * it ended, or gave its memory back. So one is fetched.
     */
    @Override
    public void finish(Optional<Page> left) throws IOException {
        if (!fetched && left.isPresent()) {
            ByteBuffer page = ByteBuffer.allocateDirect(PageSink.PAGE).order(ByteOrder.LITTLE_ENDIAN);
            read(left.get().pid(), left.get().vaddr(), page);
        }
        server.finish();
    }

    @Override
    public void close() {
        server.close();
    }
}
