package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import io.godwit.linux.machine.Program;

/** Lets a task end as the dumped zombie had ended, by itself or by a signal, for its parent to find. */
final class ZombiePlanner {
    private static final int SIGNAL_MASK = 0x7f;

    private final GroupPlanner groups;

    ZombiePlanner(GroupPlanner groups) {
        this.groups = groups;
    }

    ZombiePlan plan(TaskSnapshot task, TaskSnapshot parent) {
        int status = task.core().getTc().getExitCode();
        int signal = status & SIGNAL_MASK;
        Assembler exit = new Assembler();
        exit.label("let " + task + " end with status " + status);
        exit.call(Syscall.EXIT_GROUP, imm(status >> 8 & 0xff));
        return new ZombiePlan(preparation(task, parent, signal), signal, exit.build());
    }

    private Program preparation(TaskSnapshot task, TaskSnapshot parent, int signal) {
        Assembler a = new Assembler();
        groups.planZombie(task, parent, a);
        a.label("name " + task);
        DataSlot name = a.string(task.core().getTc().getComm());
        a.call(Syscall.PRCTL, imm(Abi.PR_SET_NAME), name.address(), imm(0), imm(0), imm(0));
        if (signal != 0) {
            a.label("let signal " + signal + " end " + task);
            DataSlot noCore = a.words(imm(0), imm(0));
            a.call(Syscall.PRLIMIT64, imm(0), imm(Abi.RLIMIT_CORE), noCore.address(), imm(0));
        }
        if (signal != 0 && signal != Abi.SIGKILL) {
            DataSlot action = a.words(imm(0), imm(0), imm(0), imm(0));
            a.call(Syscall.RT_SIGACTION, imm(signal), action.address(), imm(0), imm(Abi.SIGSET_BYTES));
        }
        return a.build();
    }
}
