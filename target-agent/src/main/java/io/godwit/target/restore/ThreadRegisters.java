package io.godwit.target.restore;

import io.godwit.image.proto.UserX86RegsEntry;
import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Registers.Name;

/** The general registers of a thread from its image. */
final class ThreadRegisters {
    private static final long NO_SYSCALL = -1;

    private ThreadRegisters() {}

    /** With orig_rax set so that the kernel does not restart a system call; the dump has seen to that already. */
    static Registers of(UserX86RegsEntry image) {
        return Registers.zero()
                .set(Name.R15, image.getR15())
                .set(Name.R14, image.getR14())
                .set(Name.R13, image.getR13())
                .set(Name.R12, image.getR12())
                .set(Name.RBP, image.getBp())
                .set(Name.RBX, image.getBx())
                .set(Name.R11, image.getR11())
                .set(Name.R10, image.getR10())
                .set(Name.R9, image.getR9())
                .set(Name.R8, image.getR8())
                .set(Name.RAX, image.getAx())
                .set(Name.RCX, image.getCx())
                .set(Name.RDX, image.getDx())
                .set(Name.RSI, image.getSi())
                .set(Name.RDI, image.getDi())
                .set(Name.ORIG_RAX, NO_SYSCALL)
                .set(Name.RIP, image.getIp())
                .set(Name.CS, image.getCs())
                .set(Name.EFLAGS, image.getFlags())
                .set(Name.RSP, image.getSp())
                .set(Name.SS, image.getSs())
                .set(Name.FS_BASE, image.getFsBase())
                .set(Name.GS_BASE, image.getGsBase())
                .set(Name.DS, image.getDs())
                .set(Name.ES, image.getEs())
                .set(Name.FS, image.getFs())
                .set(Name.GS, image.getGs());
    }
}
