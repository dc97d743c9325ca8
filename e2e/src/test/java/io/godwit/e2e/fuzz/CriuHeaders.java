package io.godwit.e2e.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Headers of CRIU's page-server protocol, good ones and others. */
final class CriuHeaders {
    static final int CLOSE = 0x1023;

    private static final int[] COMMANDS = {1, 2, 3, 4, 5, 6, 7, CLOSE, 0x1024};

    private final Random random;
    /** Of 32 bytes, as since CRIU 4.2, or of 24. */
    private final boolean longForm;

    CriuHeaders(Random random, boolean longForm) {
        this.random = random;
        this.longForm = longForm;
    }

    byte[] header(int word, long pages, long vaddr, long object) {
        ByteBuffer header = ByteBuffer.allocate(longForm ? 32 : 24).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(word).putInt(longForm ? 0 : (int) pages);
        if (longForm) {
            header.putLong(pages);
        }
        return header.putLong(vaddr).putLong(object).array();
    }

    /** One with any command, and numbers at the edges. */
    byte[] any(long object) {
        int command = COMMANDS[random.nextInt(COMMANDS.length)] | random.nextInt(8) << 16;
        return header(command, ByteMutator.edge(random), ByteMutator.edge(random), object);
    }
}
