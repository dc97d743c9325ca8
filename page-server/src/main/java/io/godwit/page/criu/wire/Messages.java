package io.godwit.page.criu.wire;

import io.godwit.page.protocol.ProtocolException;

/** Makes messages of headers. */
public final class Messages {
    private Messages() {}

    /**
     * Decodes a header.
     *
     * @throws ProtocolException if there is no such message, or it speaks of what can not be
     */
    public static Message decode(Header header) throws ProtocolException {
        return switch (command(header.command())) {
            case ADD, HOLE, ADD_F -> AddPages.decode(header);
            case OPEN, OPEN2 -> OpenObject.decode(header);
            case PARENT -> AskParent.decode(header);
            case GET -> GetPages.decode(header);
            case CLOSE, FORCE_CLOSE -> CloseSession.decode(header);
        };
    }

    static Command command(int number) throws ProtocolException {
        return Command.of(number)
                .orElseThrow(() -> new ProtocolException(String.format(
                        "an unknown command came, number 0x%x; the client is no CRIU, or the stream is out of step",
                        number)));
    }
}
