package io.godwit.page.criu.wire;

/**
 * CLOSE or FORCE_CLOSE: is answered by a 32-bit status, 0 if all is stored.
 *
 * @param last the session ends; with flags, which have no meaning here, CRIU answers and goes on
 */
public record CloseSession(boolean forced, boolean last) implements Message {
    private static final int ANY_FLAG = 1;

    static CloseSession decode(Header header) {
        return new CloseSession(header.command() == Command.FORCE_CLOSE.number(), header.flags() == 0);
    }

    @Override
    public Header header() {
        return Header.of(forced ? Command.FORCE_CLOSE : Command.CLOSE, last ? 0 : ANY_FLAG, 0, 0, 0);
    }
}
