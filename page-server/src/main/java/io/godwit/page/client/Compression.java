package io.godwit.page.client;

import io.godwit.page.protocol.Encoding;

/** What the user wants to be done with the contents of pages. */
public enum Compression {
    /** Whatever moves memory fastest, by measurement as the stream runs. */
    AUTO,
    OFF,
    LZ4,
    ZSTD;

    EncodingChoice choice() {
        return switch (this) {
            case AUTO -> new CompressionPolicy();
            case OFF -> always(Encoding.PLAIN);
            case LZ4 -> always(Encoding.LZ4);
            case ZSTD -> always(Encoding.ZSTD);
        };
    }

    private static EncodingChoice always(Encoding encoding) {
        return () -> encoding;
    }
}
