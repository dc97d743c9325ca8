package io.godwit.page.criu.client;

import io.godwit.image.pages.PagemapId;
import io.godwit.page.criu.wire.AskParent;
import io.godwit.page.criu.wire.Header;
import io.godwit.page.criu.wire.HeaderForm;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Finds out which form of headers a server reads. One that reads 24 bytes at a time answers after those. One that reads 32 waits
 * for eight more; with the id of the object once more they are the same question, as the address, where it stands too then, means
 * nothing in it.
 */
final class FormFinder {
    /** How long a server of the shorter form is given to answer: a daemon that has just begun, on a busy host, over a long way. */
    private static final Duration SHORT_ANSWER = Duration.ofSeconds(2);

    private FormFinder() {}

    /**
     * Finds it, unless it is known.
     *
     * @param connection a new one, which is closed on failure
     * @param pid a task of the dump
     */
    static HeaderForm find(Connection connection, Optional<HeaderForm> known, int pid) throws IOException {
        // a TLS server of CRIU 4.2 must get each header in one record
        if (known.isPresent() || connection.encrypted()) {
            return known.orElse(HeaderForm.LONG);
        }
        try {
            return ask(connection, new AskParent(new PagemapId(PagemapId.Kind.TASK, pid)).header());
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    private static HeaderForm ask(Connection connection, Header header) throws IOException {
        ByteBuf question = Unpooled.buffer();
        HeaderForm.SHORT.encode(header, question);
        connection.add(question);
        if (connection.ask(Integer.BYTES, SHORT_ANSWER).isPresent()) {
            return HeaderForm.SHORT;
        }
        connection.add(Unpooled.buffer(Long.BYTES).writeLongLE(header.dstId()));
        connection.answer(Integer.BYTES, "PARENT");
        return HeaderForm.LONG;
    }
}
