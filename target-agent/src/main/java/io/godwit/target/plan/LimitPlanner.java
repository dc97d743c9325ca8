package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.proto.RlimitEntry;
import io.godwit.linux.Errno;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import java.util.List;

/**
 * Resource limits. A hard limit above the agent's own can not be set without CAP_SYS_RESOURCE; then the soft limit is at least set
 * as far as the hard one allows.
 */
final class LimitPlanner {
    private final TaskSnapshot task;
    private final List<Long> agentHardLimits;

    /** @param agentHardLimits by resource number; beyond its end nothing is known */
    LimitPlanner(TaskSnapshot task, List<Long> agentHardLimits) {
        this.task = task;
        this.agentHardLimits = agentHardLimits;
    }

    void plan(ProgramSequence sequence) {
        List<RlimitEntry> limits = task.core().getTc().getRlimits().getRlimitsList();
        for (int resource = 0; resource < limits.size(); resource++) {
            limit(resource, limits.get(resource), sequence.assembler());
        }
    }

    private void limit(int resource, RlimitEntry entry, Assembler a) {
        a.label("set resource limit " + resource + " of " + task);
        long known = resource < agentHardLimits.size() ? agentHardLimits.get(resource) : entry.getMax();
        if (Long.compareUnsigned(entry.getMax(), known) > 0) {
            DataSlot lower = a.words(imm(unsignedMin(entry.getCur(), known)), imm(known));
            a.call(Syscall.PRLIMIT64, imm(0), imm(resource), lower.address(), imm(0));
        }
        DataSlot limit = a.words(imm(entry.getCur()), imm(entry.getMax()));
        a.callOr(Syscall.PRLIMIT64, Errno.EPERM, imm(0), imm(resource), limit.address(), imm(0));
    }

    private static long unsignedMin(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? a : b;
    }
}
