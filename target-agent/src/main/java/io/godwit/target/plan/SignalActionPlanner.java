package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.proto.SaEntry;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;

/** What the task does on each signal. It was forked from a seed that {@link #reset resets} them all, so those that are as after that are left. */
public final class SignalActionPlanner {
    private static final long SIG_IGN = 1;
    private static final int SIGNALS = 64;
    private static final int SIGACTION_BYTES = 32;

    private final TaskSnapshot task;

    SignalActionPlanner(TaskSnapshot task) {
        this.task = task;
    }

    void plan(ProgramSequence sequence) {
        int index = 0;
        for (int signal = 1; signal <= SIGNALS; signal++) {
            if (signal != Abi.SIGKILL && signal != Abi.SIGSTOP) {
                action(signal, task.core().getTc().getSigactions(index++), sequence.assembler());
            }
        }
    }

    /** Whether the task ignores SIGTRAP: the machine must see to that, since it reports by this signal itself. */
    static boolean ignoresSigtrap(TaskSnapshot task) {
        return task.core().getTc().getSigactions(Abi.SIGTRAP - 1).getSigaction() == SIG_IGN;
    }

    /** Takes what a process does on all signals back to what the kernel does by itself, with no flags: the agent may be run by one that ignores some. */
    public static void reset(Assembler a) {
        a.label("reset the signal actions of the seed");
        DataSlot none = a.reserve(SIGACTION_BYTES);
        for (int signal = 1; signal <= SIGNALS; signal++) {
            if (signal != Abi.SIGKILL && signal != Abi.SIGSTOP) {
                a.call(Syscall.RT_SIGACTION, imm(signal), none.address(), imm(0), imm(Abi.SIGSET_BYTES));
            }
        }
    }

    private static boolean isReset(SaEntry entry) {
        return (entry.getSigaction() | entry.getFlags() | entry.getRestorer() | entry.getMask()) == 0;
    }

    private void action(int signal, SaEntry entry, Assembler a) {
        if (isReset(entry)) {
            return;
        }
        a.label("set the action of signal " + signal + " in " + task);
        DataSlot action = a.words(
                imm(entry.getSigaction()), imm(entry.getFlags()), imm(entry.getRestorer()), imm(entry.getMask()));
        a.call(Syscall.RT_SIGACTION, imm(signal), action.address(), imm(0), imm(Abi.SIGSET_BYTES));
    }
}
