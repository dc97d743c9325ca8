package io.godwit.page.criu.server;

import io.godwit.page.criu.wire.AskParent;
import io.godwit.page.criu.wire.CloseSession;
import io.godwit.page.criu.wire.HeaderForm;
import io.godwit.page.criu.wire.Message;
import io.godwit.page.criu.wire.Messages;
import io.godwit.page.protocol.ProtocolException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;

/** Reads the messages of one client, and finds out from the first which form its headers have. */
final class MessageReader {
    private final ByteBuf head = Unpooled.buffer(HeaderForm.LONG.bytes(), HeaderForm.LONG.bytes());
    private HeaderForm form;
    private boolean first = true;
    /** So many zeros may be the end of a first CLOSE that was taken for a short one. */
    private int spareZeros;
    /** The object that a first message of the short form asked for, which a client that had its answer too late names once more; else 0. */
    private long asked;

    /** The next message, of which the bytes are consumed; empty if it is not whole yet. */
    Optional<Message> read(ByteBuf in) throws ProtocolException {
        skipSpareZeros(in);
        fill(in);
        if (missing() == 0 && form == null) {
            form = HeaderForm.ofFirst(head);
            fill(in);
        }
        if (missing() == 0 && asked != 0) {
            correctForm();
            fill(in);
        }
        if (missing() > 0) {
            return Optional.empty();
        }
        Message message = Messages.decode(form.decode(head));
        asked = first && form == HeaderForm.SHORT && message instanceof AskParent ask
                ? ask.header().dstId()
                : 0;
        if (message instanceof CloseSession && first) {
            form = null;
            spareZeros = HeaderForm.LONG.bytes() - HeaderForm.SHORT.bytes();
        } else {
            first = false;
        }
        head.clear();
        return Optional.of(message);
    }

    /**
     * A client that does not know the form makes a long header of its question when there is no answer to the short one. If it was only
     * late, what comes now begins with that addition, and the client has taken the form for the long one. No header begins with an object.
     */
    private void correctForm() {
        if (head.getLongLE(head.readerIndex()) == asked) {
            head.skipBytes(HeaderForm.LONG.bytes() - HeaderForm.SHORT.bytes()).discardReadBytes();
            form = HeaderForm.LONG;
        }
        asked = 0;
    }

    /** Consumes zeros that belong to the message before. */
    void skipSpareZeros(ByteBuf in) {
        while (spareZeros > 0 && in.isReadable()) {
            if (in.getByte(in.readerIndex()) != 0) {
                spareZeros = 0;
                return;
            }
            in.skipBytes(1);
            spareZeros--;
        }
    }

    private void fill(ByteBuf in) {
        in.readBytes(head, Math.min(missing(), in.readableBytes()));
    }

    /** How many bytes of a header are still to come, as far as is known. */
    int missing() {
        return (form == null ? HeaderForm.SHORT : form).bytes() - head.readableBytes();
    }

    /** Whether the stream may end here. */
    boolean atBoundary() {
        return !head.isReadable();
    }

    /** The form of this client's headers. */
    HeaderForm form() {
        return form;
    }
}
