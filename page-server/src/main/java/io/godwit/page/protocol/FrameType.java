package io.godwit.page.protocol;

/** What a frame says; the order is the wire's. */
public enum FrameType {
    HELLO,
    FAILURE,
    PREFLIGHT,
    ROUND,
    PAGEMAP,
    PAGES,
    PAGEMAP_END,
    IMAGE,
    ROUND_END,
    RESTORE,
    COMMIT,
    ABORT,
    GROW,
    JOIN,
    STORED;

    private static final FrameType[] ALL = values();

    /**
     * The type of a number.
     *
     * @throws ProtocolException if there is none
     */
    static FrameType of(int number) throws ProtocolException {
        if (number < 0 || number >= ALL.length) {
            throw new ProtocolException("a frame of the unknown type " + number
                    + " came: the other side is no godwit, or the connection is damaged");
        }
        return ALL[number];
    }
}
