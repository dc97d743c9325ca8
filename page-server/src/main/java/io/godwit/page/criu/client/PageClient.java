package io.godwit.page.criu.client;

import io.godwit.image.pages.PagemapId;
import io.godwit.page.criu.tls.CriuTls;
import io.godwit.page.criu.wire.AddPages;
import io.godwit.page.criu.wire.AskParent;
import io.godwit.page.criu.wire.CloseSession;
import io.godwit.page.criu.wire.HeaderForm;
import io.godwit.page.criu.wire.Message;
import io.godwit.page.criu.wire.OpenObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A session with a page server, as the side that dumps. Used by one thread. */
public final class PageClient implements AutoCloseable {
    private static final int STATUS_BYTES = Integer.BYTES;

    private final Connection connection;
    private final boolean handedIn;
    private final HeaderForm form;

    private PageClient(Connection connection, boolean handedIn, HeaderForm form) {
        this.connection = connection;
        this.handedIn = handedIn;
        this.form = form;
    }

    /**
     * Connects.
     *
     * @param form of the server's headers; if empty, it is found out
     * @param pid a task of the dump
     */
    public static PageClient connect(String host, int port, Optional<CriuTls> tls, Optional<HeaderForm> form, int pid)
            throws IOException {
        return begin(Connection.connect(host, port, tls), false, form, pid);
    }

    /** Takes a stream socket that is connected already. */
    public static PageClient onSocket(int descriptor, Optional<HeaderForm> form, int pid) throws IOException {
        return begin(Connection.onSocket(descriptor), true, form, pid);
    }

    private static PageClient begin(Connection connection, boolean handedIn, Optional<HeaderForm> form, int pid)
            throws IOException {
        return new PageClient(connection, handedIn, FormFinder.find(connection, form, pid));
    }

    /** The form of the headers that are sent. */
    public HeaderForm form() {
        return form;
    }

    /** Where the server is. */
    public String peer() {
        return connection.peer();
    }

    /**
     * Begins an object.
     *
     * @return whether the server's parent snapshot has it, so that pages may be said to be there
     */
    boolean open(PagemapId object) throws IOException {
        say(new OpenObject(object, true));
        return answer(1, "OPEN2").get() != 0;
    }

    /** Whether the server's parent snapshot has an object. */
    public boolean inParent(PagemapId object) throws IOException {
        say(new AskParent(object));
        return answer(STATUS_BYTES, "PARENT").getInt() != 0;
    }

    /** Sends a run; its contents, if it has any, come next. */
    void add(AddPages run) throws IOException {
        say(run);
    }

    /** The most pages of a run. */
    long maxPages() {
        return form.maxPages();
    }

    /** Sends contents; they are consumed. */
    void contents(ByteBuffer pages) throws IOException {
        connection.add(pages);
    }

    /** Ends the session; returns when the server has stored all. */
    public void finish() throws IOException {
        say(new CloseSession(handedIn, true));
        int status = answer(STATUS_BYTES, "CLOSE").getInt();
        if (status != 0) {
            throw new PageServerException(
                    "the page server at " + peer() + " could not store the pages: status " + status
                            + "; its own messages say why",
                    null);
        }
    }

    private void say(Message message) throws IOException {
        ByteBuf header = Unpooled.buffer(form.bytes());
        form.encode(message.header(), header);
        connection.add(header);
    }

    private ByteBuffer answer(int bytes, String question) throws IOException {
        return connection.answer(bytes, question);
    }

    @Override
    public void close() {
        connection.close();
    }
}
