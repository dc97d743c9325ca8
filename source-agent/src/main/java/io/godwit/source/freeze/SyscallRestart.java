package io.godwit.source.freeze;

import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Registers.Name;

/**
 * A thread that was stopped in a blocking system call carries one of the kernel's private restart codes.
 * The kernel acts on it when the thread goes on, but only there: for another kernel, the registers are
 * set back so that the thread makes the call again. A call with a relative timeout waits for the whole
 * of it again, since what was left is known to the old kernel alone.
 */
public final class SyscallRestart {
    private static final int ERESTARTSYS = 512;
    private static final int ERESTARTNOINTR = 513;
    private static final int ERESTARTNOHAND = 514;
    private static final int ERESTART_RESTARTBLOCK = 516;
    private static final int SYSCALL_INSTRUCTION_BYTES = 2;

    private SyscallRestart() {}

    /** The registers with which a thread goes on elsewhere. */
    public static Registers portable(Registers registers) {
        Registers copy = registers.copy();
        if (registers.origRax() < 0) {
            return copy;
        }
        switch ((int) -registers.rax()) {
            case ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK ->
                copy.set(Name.RAX, registers.origRax()).set(Name.RIP, registers.rip() - SYSCALL_INSTRUCTION_BYTES);
            default -> {}
        }
        return copy.set(Name.ORIG_RAX, -1);
    }
}
