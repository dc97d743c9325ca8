package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.RseqEntry;
import io.godwit.image.proto.ThreadCoreEntry;
import io.godwit.image.proto.ThreadSasEntry;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;

/** What each thread has of its own besides registers, credentials and pending signals. */
final class ThreadPlanner {
    private static final int SS_ONSTACK = 1;
    private static final int SCHED_OTHER = 0;

    private final TaskSnapshot task;
    private final int tid;
    private final CoreEntry core;

    ThreadPlanner(TaskSnapshot task, int tid) {
        this.task = task;
        this.tid = tid;
        this.core = task.cores().get(tid);
    }

    void plan(Assembler a) {
        ThreadCoreEntry thread = core.getThreadCore();
        name(a);
        a.label("set the tid address of " + who());
        a.callExpect(Syscall.SET_TID_ADDRESS, tid, imm(core.getThreadInfo().getClearTidAddr()));
        if (thread.getFutexRla() != 0) {
            a.label("set the robust futex list of " + who());
            a.call(Syscall.SET_ROBUST_LIST, imm(thread.getFutexRla()), imm(thread.getFutexRlaLen()));
        }
        if (thread.hasSas()) {
            signalStack(a, thread.getSas());
        }
        if (thread.hasRseqEntry() && thread.getRseqEntry().getRseqAbiPointer() != 0) {
            RseqEntry rseq = thread.getRseqEntry();
            a.label("register the restartable sequences of " + who());
            a.call(
                    Syscall.RSEQ,
                    imm(rseq.getRseqAbiPointer()),
                    imm(rseq.getRseqAbiSize()),
                    imm(0),
                    imm(Integer.toUnsignedLong(rseq.getSignature())));
        }
        scheduling(a, thread);
    }

    String who() {
        return tid == task.pid() ? task.toString() : "thread " + tid + " of " + task;
    }

    private void name(Assembler a) {
        ThreadCoreEntry thread = core.getThreadCore();
        String comm = thread.hasComm() ? thread.getComm() : task.core().getTc().getComm();
        a.label("name " + who());
        DataSlot text = a.string(comm);
        a.call(Syscall.PRCTL, imm(Abi.PR_SET_NAME), text.address(), imm(0), imm(0), imm(0));
    }

    private void signalStack(Assembler a, ThreadSasEntry stack) {
        a.label("set the signal stack of " + who());
        long flags = Integer.toUnsignedLong(stack.getSsFlags() & ~SS_ONSTACK);
        DataSlot slot = a.words(imm(stack.getSsSp()), imm(flags), imm(stack.getSsSize()));
        a.call(Syscall.SIGALTSTACK, slot.address(), imm(0));
    }

    private void scheduling(Assembler a, ThreadCoreEntry thread) {
        if (thread.getSchedPolicy() != SCHED_OTHER) {
            a.label("set the scheduling policy of " + who()).advice("real-time policies need CAP_SYS_NICE");
            DataSlot priority = a.words(imm(thread.getSchedPrio()));
            a.call(Syscall.SCHED_SETSCHEDULER, imm(0), imm(thread.getSchedPolicy()), priority.address());
        }
        a.label("set the nice value of " + who());
        a.call(Syscall.SETPRIORITY, imm(0), imm(0), imm(thread.getSchedNice()));
    }
}
