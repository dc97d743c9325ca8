package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.proto.MmEntry;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import io.godwit.linux.machine.Operand;

/** The address space's own fields: code, data, brk, arguments, environment, auxiliary vector and executable. */
final class MmFieldsPlanner {
    private static final int MM_MAP_BYTES = 104;

    private final TaskSnapshot task;
    private final AgentFiles agent;
    private final TaskDescriptors descriptors;

    MmFieldsPlanner(TaskSnapshot task, AgentFiles agent, TaskDescriptors descriptors) {
        this.task = task;
        this.agent = agent;
        this.descriptors = descriptors;
    }

    void plan(ProgramSequence sequence) {
        MmEntry mm = task.mm();
        Assembler a = sequence.assembler(mm.getMmSavedAuxvCount() * Long.BYTES + MM_MAP_BYTES);
        a.label("take the executable of " + task);
        int exe = descriptors.take(a, agent.file(mm.getExeFileId()));
        Operand[] auxv = mm.getMmSavedAuxvList().stream().map(Operand::imm).toArray(Operand[]::new);
        DataSlot vector = a.words(auxv);
        long auxvSizeAndExe = (long) exe << 32 | auxv.length * (long) Long.BYTES;
        DataSlot map = a.words(
                imm(mm.getMmStartCode()),
                imm(mm.getMmEndCode()),
                imm(mm.getMmStartData()),
                imm(mm.getMmEndData()),
                imm(mm.getMmStartBrk()),
                imm(mm.getMmBrk()),
                imm(mm.getMmStartStack()),
                imm(mm.getMmArgStart()),
                imm(mm.getMmArgEnd()),
                imm(mm.getMmEnvStart()),
                imm(mm.getMmEnvEnd()),
                vector.address(),
                imm(auxvSizeAndExe));
        a.label("set the memory layout of " + task)
                .advice(
                        "this needs CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE, and a stack and data limit as large as before");
        a.call(Syscall.PRCTL, imm(Abi.PR_SET_MM), imm(Abi.PR_SET_MM_MAP), map.address(), imm(MM_MAP_BYTES), imm(0));
        a.label("close the executable of " + task);
        descriptors.close(a, exe);
        if (mm.getThpDisabled()) {
            a.label("disable huge pages for " + task);
            a.call(Syscall.PRCTL, imm(Abi.PR_SET_THP_DISABLE), imm(1), imm(0), imm(0), imm(0));
        }
    }
}
