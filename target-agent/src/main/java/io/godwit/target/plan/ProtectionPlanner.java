package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.proto.VmaEntry;
import io.godwit.linux.Errno;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Program;
import java.util.List;

/** Gives filled mappings their final protection, locks and advice, and installs guard pages. */
public final class ProtectionPlanner {
    private final TaskSnapshot task;
    private final MappedSpace space;

    /** @param space what is mapped, with the protection that it has now */
    public ProtectionPlanner(TaskSnapshot task, MappedSpace space) {
        this.task = task;
        this.space = space;
    }

    /** Plans for all mappings. */
    public List<Program> plan() {
        ProgramSequence sequence = new ProgramSequence();
        for (VmaEntry vma : task.vmas()) {
            VmaKind kind = VmaKind.of(vma);
            if (kind == VmaKind.GUARD) {
                advise(sequence.assembler(), vma, Abi.MADV_GUARD_INSTALL);
            } else if (!kind.isVdsoGroup()) {
                finish(vma, sequence);
            }
        }
        return sequence.programs();
    }

    private void finish(VmaEntry vma, ProgramSequence sequence) {
        if (!space.hasProtection(Vmas.range(vma), vma.getProt())) {
            Assembler a = sequence.assembler();
            a.label("protect " + Vmas.describe(vma) + " of " + task);
            a.call(Syscall.MPROTECT, imm(vma.getStart()), imm(Vmas.bytes(vma)), imm(vma.getProt()));
        }
        if ((vma.getFlags() & Abi.MAP_LOCKED) != 0) {
            Assembler a = sequence.assembler();
            a.label("lock " + Vmas.describe(vma) + " of " + task).advice("see `ulimit -l` of the agent");
            a.call(Syscall.MLOCK, imm(vma.getStart()), imm(Vmas.bytes(vma)));
        }
        for (long left = vma.getMadv(); left != 0; left &= left - 1) {
            advise(sequence.assembler(), vma, Long.numberOfTrailingZeros(left));
        }
    }

    private void advise(Assembler a, VmaEntry vma, int advice) {
        a.label("give advice " + advice + " on " + Vmas.describe(vma) + " of " + task);
        if (advice == Abi.MADV_GUARD_INSTALL) {
            a.call(Syscall.MADVISE, imm(vma.getStart()), imm(Vmas.bytes(vma)), imm(advice));
        } else {
            a.callOr(Syscall.MADVISE, Errno.EINVAL, imm(vma.getStart()), imm(Vmas.bytes(vma)), imm(advice));
        }
    }
}
