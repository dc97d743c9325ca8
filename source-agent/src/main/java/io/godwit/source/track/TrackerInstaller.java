package io.godwit.source.track;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Operand;
import io.godwit.linux.machine.RemoteMachine;
import io.godwit.linux.memory.UserFaultFd;
import io.godwit.linux.trace.Tracee;
import io.godwit.source.freeze.FreezeException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Lock;

/**
 * Begins to track a running process. A userfaultfd belongs to the address space of the process that makes
 * it, so the main thread is stopped for a moment to make one; a duplicate is fetched and the process's own
 * is closed again. Everything after that is done from outside.
 */
public final class TrackerInstaller {
    private TrackerInstaller() {}

    /**
     * Stops the process's main thread for well under a millisecond. Trackers that were kept for a later command end.
     *
     * @param limit how long it may take to stop
     * @throws FreezeException if it did not stop in time; the kernel lets go of it when it does, or when this program ends
     * @throws IOException if another agent tracks the process now, or it can not be tracked
     */
    public static MemoryTracker install(int pid, Lock ptrace, Duration limit) throws IOException {
        WriteProtectTracker tracker = make(pid, ptrace, limit);
        try {
            if (!tracker.claim()) {
                KeptTrackers.endThoseOf(pid);
                if (!tracker.claim()) {
                    throw new IOException("another agent tracks the writes of process " + pid
                            + ", and two would hide writes from each other; try again when it has ended");
                }
            }
            return tracker;
        } catch (IOException e) {
            tracker.close();
            throw e;
        }
    }

    private static WriteProtectTracker make(int pid, Lock ptrace, Duration limit) throws IOException {
        Fd pagemap = Descriptors.open("/proc/" + pid + "/pagemap", Descriptors.O_RDONLY, 0);
        ptrace.lock();
        try {
            return new WriteProtectTracker(pid, parts(pid, pagemap, limit), ptrace);
        } catch (IOException e) {
            pagemap.close();
            throw e;
        } finally {
            ptrace.unlock();
        }
    }

    private static TrackerParts parts(int pid, Fd pagemap, Duration limit) throws IOException {
        Tracee leader = stop(pid, limit);
        try {
            Fd process = Descriptors.pidfdOpen(pid);
            try {
                return new TrackerParts(process, userFaultFd(pid, leader, process), pagemap);
            } catch (IOException e) {
                process.close();
                throw e;
            }
        } finally {
            leader.detach(0);
        }
    }

    private static Fd userFaultFd(int pid, Tracee leader, Fd process) throws IOException {
        Assembler open = new Assembler();
        open.label("make a userfaultfd in process " + pid);
        open.advice("see `godwit check`; vm.unprivileged_userfaultfd or a seccomp filter may forbid it");
        Operand.Register number = open.call(Syscall.USERFAULTFD, Operand.imm(UserFaultFd.OPEN_FLAGS));
        RemoteMachine machine = RemoteMachine.install(leader, 0, 0);
        try {
            long remote = machine.run(leader, 0, open.build()).value(number);
            try {
                Fd uffd = Descriptors.pidfdGetfd(process, (int) remote, "process " + pid);
                UserFaultFd.of(uffd);
                return uffd;
            } finally {
                Assembler close = new Assembler();
                close.label("close the userfaultfd in process " + pid);
                close.call(Syscall.CLOSE, Operand.imm(remote));
                machine.run(leader, 0, close.build());
            }
        } finally {
            machine.remove(leader);
        }
    }

    private static Tracee stop(int pid, Duration limit) throws IOException {
        Tracee leader = Tracee.seize(pid, 0);
        boolean lives =
                leader.stop(limit.toNanos()).orElseThrow(() -> new FreezeException(FreezeException.waitsInKernel(pid)));
        if (!lives) {
            throw new IOException("process " + pid + " ended while it was made ready to be tracked");
        }
        return leader;
    }
}
