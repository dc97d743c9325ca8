package io.godwit.source.collect;

import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.RseqConfiguration;
import java.io.IOException;

/**
 * A thread stopped inside a restartable sequence must go on at the sequence's abort handler, since it will
 * wake on another processor (rseq(2); struct rseq_cs of linux/rseq.h). The kernel does that at home; on
 * another host nobody would.
 */
final class RestartableSequence {
    private static final int RSEQ_CS_OFFSET = 8;
    private static final int START_IP = 8;
    private static final int LENGTH = 16;
    private static final int ABORT_IP = 24;

    private RestartableSequence() {}

    /** Address of the rseq_cs in force, 0 when there is none. */
    static long current(ProcessMemory memory, RseqConfiguration rseq) throws IOException {
        return rseq.registered() ? memory.word(rseq.pointer() + RSEQ_CS_OFFSET) : 0;
    }

    /** Moves a thread out of the sequence. */
    static void leave(ProcessMemory memory, long sequence, Registers registers) throws IOException {
        if (sequence == 0) {
            return;
        }
        long start = memory.word(sequence + START_IP);
        long length = memory.word(sequence + LENGTH);
        if (Long.compareUnsigned(registers.rip() - start, length) < 0) {
            registers.set(Registers.Name.RIP, memory.word(sequence + ABORT_IP));
        }
    }
}
