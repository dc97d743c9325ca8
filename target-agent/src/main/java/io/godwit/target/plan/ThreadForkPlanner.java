package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;

/**
 * Makes the threads of a task, each with its own tid. They stop before their first instruction; their registers are set later. CLONE_PTRACE
 * makes each a tracee without a stop of the leader, of which every one would be two switches between it and its tracer.
 */
final class ThreadForkPlanner {
    private static final int FLAGS = Abi.CLONE_VM
            | Abi.CLONE_FS
            | Abi.CLONE_FILES
            | Abi.CLONE_SIGHAND
            | Abi.CLONE_PTRACE
            | Abi.CLONE_THREAD
            | Abi.CLONE_SYSVSEM;
    /** Never used: the kernel wants some stack for a thread. */
    private static final int DUMMY_STACK_BYTES = 64;

    private final TaskSnapshot task;

    ThreadForkPlanner(TaskSnapshot task) {
        this.task = task;
    }

    void plan(ProgramSequence sequence) {
        if (task.otherThreads().isEmpty()) {
            return;
        }
        DataSlot stack = sequence.assembler().reserve(DUMMY_STACK_BYTES);
        for (int tid : task.otherThreads()) {
            Assembler a = sequence.assembler(0);
            DataSlot wanted = a.words(imm(tid));
            DataSlot arguments = a.words(
                    imm(FLAGS),
                    imm(0),
                    imm(0),
                    imm(0),
                    imm(0),
                    stack.address(),
                    imm(DUMMY_STACK_BYTES),
                    imm(0),
                    wanted.address(),
                    imm(1));
            a.label("make thread " + tid + " of " + task).advice(ForkPlanner.PID_ADVICE);
            a.callExpect(Syscall.CLONE3, tid, arguments.address(), imm(Abi.CLONE_ARGS_WORDS * Long.BYTES));
        }
    }
}
