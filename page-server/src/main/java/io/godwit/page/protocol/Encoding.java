package io.godwit.page.protocol;

/** How the contents of a chunk are on the wire; the ordinal is the number in the frame. */
public enum Encoding {
    PLAIN,
    LZ4,
    ZSTD;

    private static final Encoding[] ALL = values();

    /** The one that a frame tells of. */
    public static Encoding of(Frame frame) throws ProtocolException {
        if (frame.encoding() >= ALL.length) {
            throw new ProtocolException(
                    String.format("the chunk for 0x%x has the unknown encoding %d", frame.address(), frame.encoding()));
        }
        return ALL[frame.encoding()];
    }

    /** What compresses in this way; there is none for what is plain. */
    public Codec codec() {
        return switch (this) {
            case PLAIN -> throw new IllegalArgumentException("plain contents have no codec");
            case LZ4 -> new Lz4();
            case ZSTD -> new Zstd();
        };
    }
}
