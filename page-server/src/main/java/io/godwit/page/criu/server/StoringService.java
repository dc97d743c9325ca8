package io.godwit.page.criu.server;

import io.godwit.image.pages.ParentPages;
import io.godwit.page.criu.wire.AddPages;
import io.godwit.page.criu.wire.AskParent;
import io.godwit.page.criu.wire.CloseSession;
import io.godwit.page.criu.wire.GetPages;
import io.godwit.page.criu.wire.Message;
import io.godwit.page.criu.wire.OpenObject;
import io.godwit.page.protocol.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Stores what a dump sends. */
final class StoringService implements Service {
    private static final Answer NONE = new Answer.None();

    private final ObjectStore store;
    private final ServerMetrics metrics;
    private ObjectWriter receiving;
    private long pages;
    private int objects;

    StoringService(ObjectStore store, ServerMetrics metrics) {
        this.store = store;
        this.metrics = metrics;
    }

    @Override
    public Answer answer(Message message) throws IOException {
        if (message instanceof AddPages run) {
            return add(run);
        }
        if (message instanceof OpenObject open) {
            ObjectWriter object = store.open(open.object());
            return open.answered() ? Answer.ofByte(object.hasParent()) : NONE;
        }
        if (message instanceof AskParent ask) {
            return Answer.ofInt(ParentPages.exist(store.directory(), ask.object()) ? 1 : 0);
        }
        if (message instanceof CloseSession) {
            store.complete();
            return Answer.ofInt(0);
        }
        GetPages get = (GetPages) message;
        throw new ProtocolException("GET came for pid " + get.pid()
                + ", and this server stores pages; one that serves them is started with --lazy-pages");
    }

    private Answer add(AddPages run) throws IOException {
        receiving = store.current(run.object());
        receiving.begin(run);
        pages += run.nrPages();
        metrics.pages(run);
        return NONE;
    }

    @Override
    public void contents(ByteBuffer part) throws IOException {
        metrics.bytes(part.remaining());
        receiving.contents(part);
    }

    @Override
    public void flush() throws IOException {
        if (receiving != null) {
            receiving.flush();
        }
    }

    @Override
    public void contentsEnd(AddPages run) throws IOException {
        receiving.end(run);
    }

    @Override
    public boolean mayLeave() {
        return false;
    }

    @Override
    public String summary() {
        return pages + " pages of " + objects + " objects";
    }

    @Override
    public void close(boolean success) throws IOException {
        objects = store.objects();
        if (!success) {
            store.discard();
        }
    }
}
