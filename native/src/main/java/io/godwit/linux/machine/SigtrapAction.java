package io.godwit.linux.machine;

import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import io.godwit.linux.proc.ProcStatus;
import io.godwit.linux.trace.Tracee;
import java.io.IOException;

/**
 * Keeps a process's wish to ignore SIGTRAP.
 *
 * <p>The machine reports by int3. When SIGTRAP is ignored the kernel forces it: it sets the handler to the default (and leaves
 * the action's flags, mask and restorer alone), so the wish would be lost. /proc/PID/status tells beforehand whether there is one.
 * If so, it is put back as the last act, by system calls that are followed from their entry stop to their exit stop: these stops
 * are no signals, so nothing undoes it again. An action that is not "ignore" survives as it is, since the thread never blocks
 * SIGTRAP meanwhile.
 */
final class SigtrapAction {
    private static final int SIGTRAP_BIT = 1 << (Tracee.SIGTRAP - 1);
    /** Those by which memory that there is none of is told: SIGSEGV and SIGBUS. */
    private static final int FAULT_BITS = 1 << (11 - 1) | 1 << (7 - 1);

    private static final int KERNEL_SIGACTION_BYTES = 32;
    private static final int SIGSET_BYTES = 8;
    private static final long SIG_IGN = 1;

    private boolean ignored;
    /** The same of faults, which is put back by nobody. */
    private boolean faultsIgnored;

    private boolean settles;
    /** No other thread may change the actions of signals meanwhile. */
    private boolean mayFault;

    private boolean withoutStack;
    private long actionAddress;

    static SigtrapAction of(ProcStatus process) {
        SigtrapAction action = new SigtrapAction();
        long ignored = process.bits("SigIgn");
        action.ignored = (ignored & SIGTRAP_BIT) != 0;
        action.faultsIgnored = (ignored & FAULT_BITS) != 0;
        return action;
    }

    void ignoreInTheEnd() {
        ignored = true;
    }

    void settleInTheEnd() {
        settles = true;
    }

    void faultInTheEnd() {
        settles = true;
        mayFault = true;
    }

    /** Leaves the action to put back in the arena of slot 0, while programs still run. */
    void beforeUnmapping(RemoteMachine machine, Tracee leader) throws IOException {
        if (!ignored) {
            return;
        }
        Assembler a = new Assembler();
        a.label("read the action of SIGTRAP in task " + leader.tid());
        DataSlot action = a.reserve(KERNEL_SIGACTION_BYTES);
        a.call(
                Syscall.RT_SIGACTION,
                Operand.imm(Tracee.SIGTRAP),
                Operand.imm(0),
                action.address(),
                Operand.imm(SIGSET_BYTES));
        a.store64(action.address(), Operand.imm(SIG_IGN));
        Program program = a.build();
        machine.run(leader, 0, program);
        actionAddress = program.address(action, machine.region().arena(0));
    }

    /** Begins to unmap the machine; {@link #endUnmapping} must follow. */
    void beginUnmapping(BorrowedThread thread, long instruction, MachineRegion region) throws IOException {
        if (ignored) {
            return;
        }
        long bytes = MachineRegion.bytes(region.threadSlots());
        withoutStack = mayFault && !faultsIgnored && VdsoCode.pops(thread.tid(), instruction);
        if (withoutStack) {
            thread.beginWithoutStack(instruction, Syscall.MUNMAP, region.start(), bytes);
        } else {
            thread.beginStep(instruction, Syscall.MUNMAP, region.start(), bytes);
        }
    }

    /** Puts the action back where there is one, and sees that the machine is unmapped; gives the raw result of munmap(2). */
    long endUnmapping(BorrowedThread thread, long instruction, MachineRegion region) throws IOException {
        if (withoutStack) {
            return thread.endWithoutStack(instruction);
        }
        if (!ignored) {
            long unmapped = thread.endStep(instruction);
            if (settles) {
                thread.settle();
            }
            return unmapped;
        }
        long bytes = MachineRegion.bytes(region.threadSlots());
        long result =
                thread.stepQuietly(instruction, Syscall.RT_SIGACTION, Tracee.SIGTRAP, actionAddress, 0, SIGSET_BYTES);
        Kernel.check(result, "rt_sigaction(SIGTRAP)", "task " + thread.tid());
        result = thread.stepQuietly(instruction, Syscall.MUNMAP, region.start(), bytes);
        thread.settle();
        return result;
    }
}
