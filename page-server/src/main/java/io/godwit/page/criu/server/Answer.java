package io.godwit.page.criu.server;

import io.godwit.page.criu.wire.Header;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** What a message is answered by. */
sealed interface Answer {
    /** Nothing. */
    record None() implements Answer {}

    /** A status. */
    record Bytes(byte[] bytes) implements Answer {}

    /** A header, and a part of a file after it. */
    record Pages(Header header, Path file, long offset, long bytes) implements Answer {}

    /** A header, and pages that are read when it is sent. */
    record Read(Header header, LazyPages.Reader reader, int bytes) implements Answer {}

    /** Whether an object is in the parent, as a byte. */
    static Answer ofByte(boolean yes) {
        return new Bytes(new byte[] {(byte) (yes ? 1 : 0)});
    }

    /** A number of 32 bits. */
    static Answer ofInt(int number) {
        return new Bytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array());
    }
}
