package io.godwit.source.track;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Operand;
import io.godwit.linux.machine.RemoteMachine;
import io.godwit.linux.memory.PagemapScanner;
import io.godwit.linux.memory.UserFaultFd;
import io.godwit.linux.trace.Tracee;
import java.io.IOException;
import java.util.concurrent.locks.Lock;

/**
 * Begins to track a running process. A userfaultfd belongs to the address space of the process that makes
 * it, so the main thread is stopped for a moment to make one; a duplicate is fetched and the process's own
 * is closed again. Everything after that is done from outside.
 */
public final class TrackerInstaller {
    private TrackerInstaller() {}

    /** Stops the process's main thread for well under a millisecond. */
    public static MemoryTracker install(int pid, Lock ptrace) throws IOException {
        PagemapScanner scanner = PagemapScanner.open(pid);
        ptrace.lock();
        try {
            return new WriteProtectTracker(pid, scanner, userFaultFd(pid), ptrace);
        } catch (IOException e) {
            scanner.close();
            throw e;
        } finally {
            ptrace.unlock();
        }
    }

    private static UserFaultFd userFaultFd(int pid) throws IOException {
        Assembler open = new Assembler();
        open.label("make a userfaultfd in process " + pid);
        open.advice("see `godwit check`; vm.unprivileged_userfaultfd or a seccomp filter may forbid it");
        Operand.Register number = open.call(Syscall.USERFAULTFD, Operand.imm(UserFaultFd.OPEN_FLAGS));
        Tracee leader = stop(pid);
        try (Fd pidfd = Descriptors.pidfdOpen(pid)) {
            RemoteMachine machine = RemoteMachine.install(leader, 0, 0);
            try {
                long remote = machine.run(leader, 0, open.build()).value(number);
                try {
                    return UserFaultFd.of(Descriptors.pidfdGetfd(pidfd, (int) remote, "process " + pid));
                } finally {
                    Assembler close = new Assembler();
                    close.label("close the userfaultfd in process " + pid);
                    close.call(Syscall.CLOSE, Operand.imm(remote));
                    machine.run(leader, 0, close.build());
                }
            } finally {
                machine.remove(leader);
            }
        } finally {
            leader.detach(0);
        }
    }

    private static Tracee stop(int pid) throws IOException {
        Tracee leader = Tracee.seize(pid, 0);
        if (!leader.stop()) {
            throw new IOException("process " + pid + " ended while it was made ready to be tracked");
        }
        return leader;
    }
}
