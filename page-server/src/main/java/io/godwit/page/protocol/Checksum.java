package io.godwit.page.protocol;

import io.netty.buffer.ByteBuf;
import java.util.zip.CRC32C;

/** CRC32C of a payload. */
public final class Checksum {
    private Checksum() {}

    /** Of all readable bytes, which stay readable. */
    public static int of(ByteBuf payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload.nioBuffer());
        return (int) crc.getValue();
    }

    /**
     * Passes if the payload is as it was sent.
     *
     * @throws ProtocolException if not
     */
    public static void require(Frame frame, String migration) throws ProtocolException {
        if (of(frame.payload()) != frame.checksum()) {
            throw new ProtocolException(String.format(
                    "migration %s: the contents of a %s frame for 0x%x were altered on the way: their checksum is wrong; "
                            + "look for failing hardware on the way and migrate again",
                    migration, frame.type(), frame.address()));
        }
    }
}
