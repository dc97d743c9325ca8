package io.godwit.page.criu.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** Contents that wait in the buffer that they were read to, between the headers that came with them, to be written with one call. */
final class GatheredContents {
    private final List<ByteBuffer> parts = new ArrayList<>();

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Adds a part that is not empty, which must stay as it is until it is written. */
    void add(ByteBuffer part) {
        parts.add(part);
    }

    /** Writes all that was added to a place in a file and forgets it, also if that fails; returns how many bytes. */
    long writeTo(FileChannel file, long offset) throws IOException {
        ByteBuffer[] all = parts.toArray(ByteBuffer[]::new);
        parts.clear();
        long end = offset;
        file.position(offset);
        while (all[all.length - 1].hasRemaining()) {
            end += file.write(all);
        }
        return end - offset;
    }
}
