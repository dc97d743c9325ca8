package io.godwit.page;

import io.godwit.image.pages.PageSink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Memory of a made-up process, as large as wanted: a pattern repeated, with a number in each page that makes it unlike any other. */
final class BenchMemory {
    private static final int PATTERN_BYTES = 8 << 20;
    /** As much as the source agent reads from a process at a time. */
    private static final int READ_BYTES = 1 << 20;

    private static final long HEAP = 0x7f12_3400_0000L;

    private final ByteBuffer pattern;
    private final ByteBuffer read = ByteBuffer.allocateDirect(READ_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private BenchMemory(ByteBuffer pattern) {
        this.pattern = pattern;
    }

    /** Random bytes. */
    static BenchMemory incompressible() {
        ByteBuffer pattern = ByteBuffer.allocateDirect(PATTERN_BYTES);
        Random random = new Random(1);
        while (pattern.hasRemaining()) {
            pattern.putLong(random.nextLong());
        }
        return new BenchMemory(pattern.flip());
    }

    /** What a key-value store holds: entries of pointers, keys of counted words, values half of which are random. */
    static BenchMemory ofKeyValueStore() {
        ByteBuffer pattern = ByteBuffer.allocateDirect(PATTERN_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(2);
        byte[] half = new byte[32];
        for (int key = 0; pattern.remaining() >= 256; key++) {
            int start = pattern.position();
            pattern.putLong(HEAP + start + 64)
                    .putLong(HEAP + start + 112)
                    .putLong(HEAP + random.nextInt(PATTERN_BYTES) / 64 * 64);
            pattern.position(start + 64).put(ascii("user:session:" + key));
            random.nextBytes(half);
            pattern.position(start + 112).put(ascii("{\"token\":\"")).put(half).put(ascii("\",\"state\":\"active\"}"));
            pattern.position(start + 192);
        }
        return new BenchMemory(pattern.clear());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Hands over a number of bytes from address 0 on, a megabyte at a time, through a copy such as the kernel makes. */
    void into(PageSink sink, long bytes) throws java.io.IOException {
        for (long at = 0; at < bytes; at += READ_BYTES) {
            read.clear()
                    .put(pattern.slice((int) (at % PATTERN_BYTES), READ_BYTES))
                    .flip();
            for (int page = 0; page < READ_BYTES; page += PageSink.PAGE) {
                read.putLong(page, at + page + 1);
            }
            sink.data(at, read);
        }
    }
}
