package io.godwit.page.criu.client;

import io.godwit.image.pages.PageSink;
import io.godwit.page.criu.tls.CriuTls;
import io.godwit.page.criu.wire.CloseSession;
import io.godwit.page.criu.wire.GetPages;
import io.godwit.page.criu.wire.Header;
import io.godwit.page.criu.wire.HeaderForm;
import io.godwit.page.criu.wire.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A session with a server that has the pages of a dump, as the side that restores. Used by one thread. */
public final class PageFetcher implements AutoCloseable {
    /** What CRIU's daemon asks for at most. */
    public static final int MAX_PAGES = 1024;

    private final Connection connection;
    private final boolean handedIn;
    private final HeaderForm form;

    private PageFetcher(Connection connection, boolean handedIn, Optional<HeaderForm> form, int pid)
            throws IOException {
        this.connection = connection;
        this.handedIn = handedIn;
        this.form = FormFinder.find(connection, form, pid);
        connection.expectPages(MAX_PAGES * PageSink.PAGE);
    }

    /**
     * Connects.
     *
     * @param form of the server's headers; if empty, it is found out
     * @param pid a task of the dump
     */
    public static PageFetcher connect(String host, int port, Optional<CriuTls> tls, Optional<HeaderForm> form, int pid)
            throws IOException {
        return new PageFetcher(Connection.connect(host, port, tls), false, form, pid);
    }

    /** Takes a stream socket that is connected already. */
    public static PageFetcher onSocket(int descriptor, Optional<HeaderForm> form, int pid) throws IOException {
        return new PageFetcher(Connection.onSocket(descriptor), true, form, pid);
    }

    /** Where the server is. */
    public String peer() {
        return connection.peer();
    }

    /**
     * Fetches pages of a task.
     *
     * @param nrPages at most {@link #MAX_PAGES}
     * @param into gets the first of them, as many as the server gives
     * @return how many, at least one
     */
    public int fetch(int pid, long vaddr, int nrPages, ByteBuffer into) throws IOException {
        GetPages get = new GetPages(pid, vaddr, nrPages);
        say(get);
        String question = String.format("GET of 0x%x of pid %d", vaddr, pid);
        ByteBuf header = Unpooled.wrappedBuffer(connection.answer(form.bytes(), question));
        long granted = granted(get, form.decode(header));
        connection.read(into.slice(into.position(), (int) granted * PageSink.PAGE), question);
        into.position(into.position() + (int) granted * PageSink.PAGE);
        return (int) granted;
    }

    private long granted(GetPages get, Header answer) throws PageServerException {
        if (!get.isAnsweredBy(answer)) {
            throw new PageServerException(
                    String.format(
                            "%d pages at 0x%x of pid %d were asked for, and the page server at %s answered with command %d,"
                                    + " %d pages at 0x%x of %d; the stream is out of step",
                            get.nrPages(),
                            get.vaddr(),
                            get.pid(),
                            peer(),
                            answer.command(),
                            answer.nrPages(),
                            answer.vaddr(),
                            answer.dstId()),
                    null);
        }
        return answer.nrPages();
    }

    /** Says that no more pages are needed. */
    public void finish() throws IOException {
        say(new CloseSession(handedIn, true));
        int status = connection.answer(Integer.BYTES, "CLOSE").getInt();
        if (status != 0) {
            throw new PageServerException(
                    "the page server at " + peer() + " ended with status " + status + "; its own messages say why",
                    null);
        }
    }

    private void say(Message message) throws IOException {
        ByteBuf header = Unpooled.buffer(form.bytes());
        form.encode(message.header(), header);
        connection.add(header);
    }

    @Override
    public void close() {
        connection.close();
    }
}
