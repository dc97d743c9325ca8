package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import io.godwit.linux.machine.Program;

/** Lets a task end as the dumped zombie had ended, by itself or by a signal, for its parent to find. */
final class ZombiePlanner {
    private static final int SIGNAL_MASK = 0x7f;
    private static final int SIG_UNBLOCK = 1;

    private final GroupPlanner groups;

    ZombiePlanner(GroupPlanner groups) {
        this.groups = groups;
    }

    Program plan(TaskSnapshot task) {
        Assembler a = new Assembler();
        groups.plan(task, a);
        int status = task.core().getTc().getExitCode();
        int signal = status & SIGNAL_MASK;
        a.label("name " + task);
        DataSlot name = a.string(task.core().getTc().getComm());
        a.call(Syscall.PRCTL, imm(Abi.PR_SET_NAME), name.address(), imm(0), imm(0), imm(0));
        a.label("let " + task + " end with status " + status);
        if (signal == 0) {
            a.call(Syscall.EXIT_GROUP, imm(status >> 8 & 0xff));
        } else {
            dieBy(signal, task, a);
        }
        return a.build();
    }

    private static void dieBy(int signal, TaskSnapshot task, Assembler a) {
        DataSlot noCore = a.words(imm(0), imm(0));
        a.call(Syscall.PRLIMIT64, imm(0), imm(Abi.RLIMIT_CORE), noCore.address(), imm(0));
        if (signal != Abi.SIGKILL) {
            DataSlot action = a.words(imm(0), imm(0), imm(0), imm(0));
            a.call(Syscall.RT_SIGACTION, imm(signal), action.address(), imm(0), imm(Abi.SIGSET_BYTES));
            DataSlot set = a.words(imm(1L << (signal - 1)));
            a.call(Syscall.KILL, imm(task.pid()), imm(signal));
            a.call(Syscall.RT_SIGPROCMASK, imm(SIG_UNBLOCK), set.address(), imm(0), imm(Abi.SIGSET_BYTES));
        } else {
            a.call(Syscall.KILL, imm(task.pid()), imm(signal));
        }
    }
}
