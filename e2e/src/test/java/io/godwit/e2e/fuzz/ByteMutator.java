package io.godwit.e2e.fuzz;

import java.util.Arrays;
import java.util.Random;

/** Changes bytes without knowing what they mean. */
final class ByteMutator {
    /** Where lengths and counts turn over. */
    static final long[] EDGES = {
        0,
        1,
        -1,
        2,
        4,
        127,
        128,
        255,
        4095,
        4096,
        4097,
        0x7fff,
        0xffff,
        0x10000,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0xffff_ffffL,
        1L << 32,
        1L << 47,
        1L << 57,
        1L << 62,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MIN_VALUE + 4096
    };

    private ByteMutator() {}

    static long edge(Random random) {
        return EDGES[random.nextInt(EDGES.length)];
    }

    static byte[] mutate(byte[] bytes, Random random) {
        byte[] changed = bytes.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            changed = once(changed, random);
        }
        return changed;
    }

    private static byte[] once(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(7)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> remove(bytes, at, 1 + random.nextInt(Math.min(16, bytes.length - at)));
            case 2 -> insert(bytes, at, random);
            case 3 -> word(bytes, at, edge(random), 4);
            case 4 -> word(bytes, at, edge(random), 8);
            case 5 -> repeat(bytes, at, 1 + random.nextInt(Math.min(64, bytes.length - at)));
            default -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
        };
    }

    private static byte[] word(byte[] bytes, int at, long value, int length) {
        for (int i = 0; i < length && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> 8 * i);
        }
        return bytes;
    }

    private static byte[] remove(byte[] bytes, int at, int count) {
        byte[] left = new byte[bytes.length - count];
        System.arraycopy(bytes, 0, left, 0, at);
        System.arraycopy(bytes, at + count, left, at, left.length - at);
        return left;
    }

    private static byte[] insert(byte[] bytes, int at, Random random) {
        byte[] more = new byte[1 + random.nextInt(8)];
        random.nextBytes(more);
        return splice(bytes, at, more);
    }

    private static byte[] repeat(byte[] bytes, int at, int count) {
        return splice(bytes, at, Arrays.copyOfRange(bytes, at, at + count));
    }

    private static byte[] splice(byte[] bytes, int at, byte[] more) {
        byte[] all = new byte[bytes.length + more.length];
        System.arraycopy(bytes, 0, all, 0, at);
        System.arraycopy(more, 0, all, at, more.length);
        System.arraycopy(bytes, at, all, at + more.length, bytes.length - at);
        return all;
    }
}
