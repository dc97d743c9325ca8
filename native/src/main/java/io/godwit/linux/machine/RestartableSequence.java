package io.godwit.linux.machine;

import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.RseqConfiguration;
import io.godwit.linux.trace.Tracee;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A thread that is interrupted inside a restartable sequence (rseq(2)) goes on at the sequence's abort handler. The kernel sees to
 * that when the thread resumes; if its instruction pointer points elsewhere by then, the kernel takes the sequence for finished
 * and forgets it. So whoever moves a thread elsewhere must move it out of the sequence first.
 */
public final class RestartableSequence {
    private static final int OFFSET_OF_DESCRIPTOR = 8;
    private static final int DESCRIPTOR_BYTES = 32;
    private static final int OFFSET_OF_START = 8;
    private static final int OFFSET_OF_LENGTH = 16;
    private static final int OFFSET_OF_ABORT = 24;

    private RestartableSequence() {}

    /** The registers to go on with later: at the abort handler when the thread is inside a sequence, else unchanged. */
    public static Registers leave(Tracee stopped, Registers registers) throws IOException {
        RseqConfiguration rseq = stopped.rseq();
        if (!rseq.registered()) {
            return registers;
        }
        ProcessMemory memory = new ProcessMemory(stopped.tid());
        long address = memory.word(rseq.pointer() + OFFSET_OF_DESCRIPTOR);
        if (address == 0) {
            return registers;
        }
        ByteBuffer descriptor =
                ByteBuffer.wrap(memory.bytes(address, DESCRIPTOR_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        long inside = registers.rip() - descriptor.getLong(OFFSET_OF_START);
        boolean interrupted = Long.compareUnsigned(inside, descriptor.getLong(OFFSET_OF_LENGTH)) < 0;
        return interrupted ? registers.copy().set(Registers.Name.RIP, descriptor.getLong(OFFSET_OF_ABORT)) : registers;
    }
}
