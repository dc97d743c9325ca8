package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.proto.TaskCoreEntry;
import io.godwit.linux.Errno;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;

/** Settings of a whole process that are one call each. */
final class SettingsPlanner {
    /** membarrier(2): the registrations among the commands. */
    private static final int MEMBARRIER_REGISTRATIONS = 1 << 2 | 1 << 4 | 1 << 6 | 1 << 8;

    private final TaskSnapshot task;

    SettingsPlanner(TaskSnapshot task) {
        this.task = task;
    }

    void plan(ProgramSequence sequence) {
        TaskCoreEntry core = task.core().getTc();
        Assembler a = sequence.assembler();
        a.label("set the personality of " + task);
        a.call(Syscall.PERSONALITY, imm(core.getPersonality()));
        if (core.getChildSubreaper()) {
            a.label("make " + task + " a child subreaper");
            a.call(Syscall.PRCTL, imm(Abi.PR_SET_CHILD_SUBREAPER), imm(1), imm(0), imm(0), imm(0));
        }
        int registrations = core.getMembarrierRegistrationMask() & MEMBARRIER_REGISTRATIONS;
        for (; registrations != 0; registrations &= registrations - 1) {
            a.label("register " + task + " for memory barriers");
            a.callOr(Syscall.MEMBARRIER, Errno.EINVAL, imm(Integer.lowestOneBit(registrations)), imm(0), imm(0));
        }
    }
}
