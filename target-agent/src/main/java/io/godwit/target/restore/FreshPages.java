package io.godwit.target.restore;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Operand;
import io.godwit.linux.memory.UserFaultFd;
import io.godwit.target.plan.AddressRange;
import java.io.IOException;
import java.util.List;

/**
 * A userfaultfd of a task that grows, by which it is given the pages that it does not have yet. To write them with process_vm_writev(2)
 * costs a fault for each and has the kernel clear it first, in all nearly twice as much.
 */
final class FreshPages {
    private FreshPages() {}

    /** One for some ranges of anonymous memory; null where the kernel or a limit does not allow it. */
    static UserFaultFd of(GrownTask task, List<AddressRange> ranges) {
        UserFaultFd uffd = null;
        try {
            uffd = open(task);
            for (AddressRange range : ranges) {
                uffd.register(range.start(), range.end());
            }
            return uffd;
        } catch (IOException e) {
            // then pages are written, which takes longer
            if (uffd != null) {
                uffd.close();
            }
            return null;
        }
    }

    private static UserFaultFd open(GrownTask task) throws IOException {
        Assembler open = new Assembler();
        open.label("make a userfaultfd in pid " + task.pid());
        Operand.Register number = open.call(Syscall.USERFAULTFD, Operand.imm(UserFaultFd.OPEN_FLAGS));
        long remote = task.run(open.build()).value(number);
        try (Fd pidfd = Descriptors.pidfdOpen(task.pid())) {
            return UserFaultFd.of(Descriptors.pidfdGetfd(pidfd, (int) remote, "process " + task.pid()));
        } finally {
            Assembler close = new Assembler();
            close.label("close the userfaultfd in pid " + task.pid());
            close.call(Syscall.CLOSE, Operand.imm(remote));
            task.run(close.build());
        }
    }
}
