package io.godwit.page.criu.server;

import io.godwit.image.pages.PageSink;
import io.godwit.page.criu.wire.AddPages;
import io.godwit.page.criu.wire.AskParent;
import io.godwit.page.criu.wire.CloseSession;
import io.godwit.page.criu.wire.GetPages;
import io.godwit.page.criu.wire.Message;
import io.godwit.page.protocol.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Serves pages to a restore that asks for them one by one. A client that wants to know the form of the headers may ask for a parent,
 * which there is none of.
 */
final class LazyService implements Service {
    /** More is not granted at once: the most that CRIU's daemon asks for. */
    private static final long MAX_GRANTED = 1024;

    private final LazyPages pages;
    private final ServerMetrics metrics;
    private long served;

    LazyService(LazyPages pages, ServerMetrics metrics) {
        this.pages = pages;
        this.metrics = metrics;
    }

    @Override
    public Answer answer(Message message) throws IOException {
        if (message instanceof GetPages get) {
            return pages(get);
        }
        if (message instanceof AskParent) {
            return Answer.ofInt(0);
        }
        if (message instanceof CloseSession) {
            if (served == 0 && pages.mustBeFetched()) {
                throw new ProtocolException(
                        "no page was fetched before CLOSE, so this was no restore; whom may the port be reached by?");
            }
            return Answer.ofInt(0);
        }
        throw new ProtocolException("a client came that sends pages, and this server serves those of a finished dump;"
                + " one that stores is started without --lazy-pages");
    }

    private Answer pages(GetPages get) throws IOException {
        LazyPages.Run run = pages.from(get.pid(), get.vaddr());
        long granted = Math.min(Math.min(get.nrPages(), run.nrPages()), MAX_GRANTED);
        served += granted;
        metrics.served(granted);
        long bytes = granted * PageSink.PAGE;
        if (run instanceof LazyPages.Stored stored) {
            return new Answer.Pages(get.answer(granted), stored.file(), stored.offset(), bytes);
        }
        LazyPages.Held held = (LazyPages.Held) run;
        return new Answer.Read(get.answer(granted), held.reader(), (int) bytes);
    }

    @Override
    public void contents(ByteBuffer part) {
        throw new IllegalStateException("no message with contents is taken");
    }

    @Override
    public void contentsEnd(AddPages run) {
        throw new IllegalStateException("no message with contents is taken");
    }

    @Override
    public void flush() {}

    @Override
    public boolean mayLeave() {
        return pages.mayLeave();
    }

    @Override
    public String summary() {
        return served + " pages served";
    }

    @Override
    public void close(boolean success) {}
}
