package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.linux.Errno;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;

/** Calls of madvise(2) in a plan. */
public final class Advice {
    private Advice() {}

    /** Gives advice on a range, unless the kernel was built without what it is about. */
    public static void giveIfKnown(Assembler a, AddressRange range, int advice) {
        a.callOr(Syscall.MADVISE, Errno.EINVAL, imm(range.start()), imm(range.bytes()), imm(advice));
    }
}
