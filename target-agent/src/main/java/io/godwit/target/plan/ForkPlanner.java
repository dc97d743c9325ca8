package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import io.godwit.linux.machine.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Grows the tree: each task forks its children with their pids. A child that stays in the session in which its parent was born is
 * forked before the parent starts a session of its own.
 */
public final class ForkPlanner {
    static final String PID_ADVICE =
            "the pid must be free on this host, and the agent needs CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE";

    private final Snapshot snapshot;
    private final Sessions sessions;
    private final Set<Integer> existing;
    private final AgentFiles agent;
    private final Terminals terminals;
    private final Map<Integer, Integer> birthSessions = new HashMap<>();

    /**
     * A planner.
     *
     * @param existing pids of the tasks that are there already, each in its session
     * @param agent has the terminals of the sessions
     */
    public ForkPlanner(Snapshot snapshot, Sessions sessions, Set<Integer> existing, AgentFiles agent) {
        this.snapshot = snapshot;
        this.sessions = sessions;
        this.existing = existing;
        this.agent = agent;
        this.terminals = Terminals.of(snapshot);
        birthSessions.put(snapshot.root().pid(), Sessions.INHERITED);
    }

    /** The program of a task that makes its session, its group and its children; tasks must be planned parents first. */
    public Program plan(TaskSnapshot task) throws RestoreException {
        int birth = birthSessions.get(task.pid());
        int session = sessions.session(task);
        List<TaskSnapshot> early = new ArrayList<>();
        List<TaskSnapshot> late = new ArrayList<>();
        for (TaskSnapshot child : snapshot.childrenOf(task)) {
            int wanted = sessions.session(child);
            if (wanted == session || wanted == child.pid()) {
                late.add(child);
                birthSessions.put(child.pid(), session);
            } else if (wanted == birth && !tooLate(task, child)) {
                early.add(child);
                birthSessions.put(child.pid(), birth);
            } else if (wanted == birth && child.zombie()) {
                // the rounds know nothing of zombies; its status is what its parent will ask for, hardly its session
                late.add(child);
                birthSessions.put(child.pid(), session);
            } else if (wanted == birth) {
                throw new RestoreException(child + " was started before " + task
                        + " began a session, while the tree was migrated; start the migration again");
            } else {
                throw new RestoreException(child + " is in session " + wanted
                        + ", whose leader is not an ancestor of it;" + " such a session can not be rebuilt");
            }
        }
        early.removeIf(child -> existing.contains(child.pid()));
        late.removeIf(child -> existing.contains(child.pid()));
        Assembler a = new Assembler();
        early.forEach(child -> fork(a, task, child));
        lead(a, task, session);
        late.forEach(child -> fork(a, task, child));
        return a.build();
    }

    /** Whether a parent is there, in its session, and a child is not. */
    private boolean tooLate(TaskSnapshot parent, TaskSnapshot child) {
        return existing.contains(parent.pid()) && !existing.contains(child.pid());
    }

    private void lead(Assembler a, TaskSnapshot task, int session) {
        if (session == task.pid()) {
            if (existing.contains(task.pid())) {
                return;
            }
            a.label("start session " + session + " with " + task);
            a.callExpect(Syscall.SETSID, session);
            terminals.controlling(session).ifPresent(pair -> takeTerminal(a, task, pair.index()));
        } else if (sessions.group(task) == task.pid()) {
            a.label("start process group " + task.pid() + " with " + task);
            a.call(Syscall.SETPGID, imm(0), imm(0));
        }
    }

    /** Before the children are forked: only the leader can, and they have it from their parent. */
    private void takeTerminal(Assembler a, TaskSnapshot task, int index) {
        TaskDescriptors descriptors = new TaskDescriptors(agent, -1);
        descriptors.open(a);
        int terminal = descriptors.take(a, agent.terminal(index));
        a.label("give the session of " + task + " its controlling terminal, which was /dev/pts/" + index);
        a.call(Syscall.IOCTL, imm(terminal), imm(Abi.TIOCSCTTY), imm(0));
        descriptors.close(a, terminal);
        descriptors.finish(a);
    }

    private static void fork(Assembler a, TaskSnapshot parent, TaskSnapshot child) {
        DataSlot wanted = a.words(imm(child.pid()));
        DataSlot arguments = a.words(
                imm(0), imm(0), imm(0), imm(0), imm(Abi.SIGCHLD), imm(0), imm(0), imm(0), wanted.address(), imm(1));
        a.label("fork " + child + " from " + parent).advice(PID_ADVICE);
        a.callExpect(Syscall.CLONE3, child.pid(), arguments.address(), imm(Abi.CLONE_ARGS_WORDS * Long.BYTES));
    }
}
