package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.proto.VmaEntry;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Program;
import java.util.List;

/** Gives filled mappings their final protection, locks and advice, and installs guard pages. */
public final class ProtectionPlanner {
    private final TaskSnapshot task;
    private final MappedSpace space;
    private final List<AddressRange> huge;

    /**
     * Of a task.
     *
     * @param space what is mapped, with the protection that it has now
     * @param huge where huge pages were asked for while the task grew
     */
    public ProtectionPlanner(TaskSnapshot task, MappedSpace space, List<AddressRange> huge) {
        this.task = task;
        this.space = space;
        this.huge = huge;
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
        if ((vma.getMadv() & (1L << Abi.MADV_HUGEPAGE | 1L << Abi.MADV_NOHUGEPAGE)) == 0) {
            takeBackHuge(vma, sequence);
        }
    }

    /** Another mapping was at these addresses when huge pages were asked for; the advice can only be replaced by its opposite. */
    private void takeBackHuge(VmaEntry vma, ProgramSequence sequence) {
        for (AddressRange asked : huge) {
            asked.common(Vmas.range(vma)).ifPresent(range -> {
                Assembler a = sequence.assembler();
                a.label("ask for no huge pages in " + range + " of " + task);
                Advice.giveIfKnown(a, range, Abi.MADV_NOHUGEPAGE);
            });
        }
    }

    private void advise(Assembler a, VmaEntry vma, int advice) {
        a.label("give advice " + advice + " on " + Vmas.describe(vma) + " of " + task);
        if (advice == Abi.MADV_GUARD_INSTALL) {
            a.call(Syscall.MADVISE, imm(vma.getStart()), imm(Vmas.bytes(vma)), imm(advice));
        } else {
            Advice.giveIfKnown(a, Vmas.range(vma), advice);
        }
    }
}
