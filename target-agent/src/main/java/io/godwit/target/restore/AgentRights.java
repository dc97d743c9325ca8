package io.godwit.target.restore;

import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStatus;
import io.godwit.target.plan.AgentIdentity;
import io.godwit.target.plan.AgentLimits;
import io.godwit.target.plan.Capabilities;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Asks what this process may do. */
final class AgentRights {
    private static final int RESOURCES = 16;
    private static final int PR_GET_SECUREBITS = 27;

    private AgentRights() {}

    static AgentLimits limits() throws IOException {
        ProcStatus status = ProcDirectory.own().status();
        return new AgentLimits(
                hardLimits(), new Capabilities(status.bits("CapPrm"), status.bits("CapBnd")), identity(status));
    }

    private static AgentIdentity identity(ProcStatus status) throws LinuxException {
        long securebits = Kernel.syscall(Syscall.PRCTL, PR_GET_SECUREBITS, 0, 0, 0);
        Kernel.check(securebits, "prctl", "the secure bits of this process");
        return new AgentIdentity(list(status.uids()), list(status.gids()), list(status.groups()), (int) securebits);
    }

    private static List<Integer> list(int[] numbers) {
        return Arrays.stream(numbers).boxed().toList();
    }

    private static List<Long> hardLimits() throws LinuxException {
        List<Long> hard = new ArrayList<>();
        NativeMemory limit = NativeMemory.allocate(2 * Long.BYTES);
        for (int resource = 0; resource < RESOURCES; resource++) {
            long result = Kernel.syscall(Syscall.PRLIMIT64, 0, resource, 0, limit.address());
            Kernel.check(result, "prlimit64", "resource " + resource);
            hard.add(limit.buffer().getLong(Long.BYTES));
        }
        return hard;
    }
}
