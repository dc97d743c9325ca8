package io.godwit.page.criu.server;

import io.godwit.page.criu.wire.AddPages;
import io.godwit.page.criu.wire.Message;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What a session does with the messages of its client. All but {@link #close} may fail, which ends the session. */
interface Service {
    /** Acts on a message; if it is {@link AddPages} with contents, those come next. */
    Answer answer(Message message) throws IOException;

    /** A part of the contents, which must stay as it is until {@link #flush} or {@link #close}. */
    void contents(ByteBuffer part) throws IOException;

    /** Stores the contents that were given. */
    void flush() throws IOException;

    /** All contents of a message have come. */
    void contentsEnd(AddPages run) throws IOException;

    /** Whether a client may go without CLOSE. */
    boolean mayLeave();

    /** What was done, for the log; to be asked after {@link #close}. */
    String summary();

    /** Ends the session. If it failed, what it stored is removed. */
    void close(boolean success) throws IOException;
}
