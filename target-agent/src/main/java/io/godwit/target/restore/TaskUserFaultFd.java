package io.godwit.target.restore;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Operand;
import java.io.IOException;

/** A userfaultfd of a task: it belongs to the address space of the process that makes it, so the task does, and keeps none itself. */
final class TaskUserFaultFd {
    private TaskUserFaultFd() {}

    /** @param flags of userfaultfd(2) */
    static Fd open(GrownTask task, int flags) throws IOException {
        Assembler open = new Assembler();
        open.label("make a userfaultfd in pid " + task.pid());
        Operand.Register number = open.call(Syscall.USERFAULTFD, Operand.imm(flags));
        long remote = task.run(open.build()).value(number);
        try (Fd pidfd = Descriptors.pidfdOpen(task.pid())) {
            return Descriptors.pidfdGetfd(pidfd, (int) remote, "process " + task.pid());
        } finally {
            Assembler close = new Assembler();
            close.label("close the userfaultfd in pid " + task.pid());
            close.call(Syscall.CLOSE, Operand.imm(remote));
            task.run(close.build());
        }
    }
}
