package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import java.util.BitSet;

/**
 * The descriptor table of a task while it is restored. The kernel hands out the lowest free number, so every number is known when
 * the plan is made, and the machine checks each.
 */
final class TaskDescriptors {
    private static final long ALL = 0xffff_ffffL;

    private final AgentFiles agent;
    private final int pidfd;
    private final BitSet used = new BitSet();

    /** @param highest the highest number in the final table, -1 if it is empty */
    TaskDescriptors(AgentFiles agent, int highest) {
        this.agent = agent;
        this.pidfd = highest + 1;
    }

    /** Closes what the seed left and opens the way to the agent's descriptors. */
    void open(Assembler a) {
        a.label("reach the agent, pid " + agent.pid())
                .advice("the open-file limit of the agent must be above " + pidfd + "; see `ulimit -n`");
        if (agent.held().isPresent()) {
            int held = agent.held().getAsInt();
            a.call(Syscall.CLOSE_RANGE, imm(0), imm(held - 1), imm(0));
            a.call(Syscall.CLOSE_RANGE, imm(held + 1), imm(ALL), imm(0));
            a.callExpect(Syscall.FCNTL, pidfd, imm(held), imm(Abi.F_DUPFD_CLOEXEC), imm(pidfd));
        } else {
            openByPid(a);
        }
        used.set(pidfd);
    }

    private void openByPid(Assembler a) {
        a.call(Syscall.CLOSE_RANGE, imm(0), imm(ALL), imm(0));
        a.callExpect(Syscall.PIDFD_OPEN, 0, imm(agent.pid()), imm(0));
        if (pidfd != 0) {
            a.callExpect(Syscall.FCNTL, pidfd, imm(0), imm(Abi.F_DUPFD_CLOEXEC), imm(pidfd));
            a.call(Syscall.CLOSE, imm(0));
        }
    }

    /** Takes a descriptor of the agent under the lowest free number, close-on-exec. */
    int take(Assembler a, int agentFd) {
        int number = used.nextClearBit(0);
        a.callExpect(Syscall.PIDFD_GETFD, number, imm(pidfd), imm(agentFd), imm(0));
        used.set(number);
        return number;
    }

    void close(Assembler a, int number) {
        a.call(Syscall.CLOSE, imm(number));
        used.clear(number);
    }

    /** Takes a descriptor of the agent under its final number; numbers must come in ascending order. */
    void place(Assembler a, int agentFd, int number, boolean closeOnExec) {
        int taken = take(a, agentFd);
        if (taken != number) {
            a.callExpect(Syscall.DUP3, number, imm(taken), imm(number), imm(closeOnExec ? Abi.O_CLOEXEC : 0));
            used.set(number);
            close(a, taken);
        } else if (!closeOnExec) {
            a.call(Syscall.FCNTL, imm(number), imm(Abi.F_SETFD), imm(0));
        }
    }

    /** Lets go of the agent. */
    void finish(Assembler a) {
        a.label("let go of the agent");
        close(a, pidfd);
    }

    /** The same for good. */
    void leave(Assembler a) {
        finish(a);
        if (agent.held().isPresent()) {
            a.call(Syscall.CLOSE, imm(agent.held().getAsInt()));
        }
    }
}
