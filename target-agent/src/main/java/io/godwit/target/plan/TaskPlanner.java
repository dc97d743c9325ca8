package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Program;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plans one task. The order of the lines below is the order of the restore. */
final class TaskPlanner {
    /** What all tasks of a tree share. */
    record Context(
            Snapshot snapshot,
            AgentFiles agent,
            AgentLimits limits,
            GroupPlanner groups,
            EpollPlanner epoll,
            Terminals terminals) {}

    private final Context context;
    private final TaskSnapshot task;
    private final TaskDescriptors descriptors;
    private final PendingSignalPlanner signals;

    TaskPlanner(Context context, TaskSnapshot task) {
        this.context = context;
        this.task = task;
        this.descriptors = new TaskDescriptors(context.agent(), DescriptorPlanner.highest(task));
        this.signals = new PendingSignalPlanner(task);
    }

    TaskPlan plan() throws RestoreException {
        boolean alone = task.otherThreads().isEmpty();
        ProgramSequence environment = new ProgramSequence();
        ProgramSequence leader = alone ? environment : new ProgramSequence();
        environment(environment);
        leader(leader);
        return new TaskPlan(
                task,
                environment.programs(),
                threads(),
                alone ? List.of() : leader.programs(),
                SignalActionPlanner.ignoresSigtrap(task));
    }

    private void environment(ProgramSequence sequence) {
        context.groups().plan(task, sequence.assembler());
        descriptors.open(sequence.assembler());
        foreground(sequence.assembler());
        new MmFieldsPlanner(task, context.agent(), descriptors).plan(sequence);
        new DirectoryPlanner(context.snapshot(), task, context.agent(), descriptors).plan(sequence);
        new DescriptorPlanner(context.snapshot(), task, context.agent(), descriptors).plan(sequence);
        context.epoll().plan(task, sequence);
        new SettingsPlanner(task).plan(sequence);
        signals.drain(sequence.assembler());
        new SignalActionPlanner(task).plan(sequence);
        new ThreadForkPlanner(task).plan(sequence);
    }

    /** The leader of a session says which group its terminal listens to; it is in the foreground itself until then. */
    private void foreground(Assembler a) {
        context.terminals().controlling(task.pid()).ifPresent(pair -> {
            if (pair.foreground() == task.pid() || !hasGroup(pair.foreground())) {
                return;
            }
            int terminal = descriptors.take(a, context.agent().terminal(pair.index()));
            a.label("bring process group " + pair.foreground() + " to the foreground of the terminal of " + task);
            a.call(
                    Syscall.IOCTL,
                    imm(terminal),
                    imm(Abi.TIOCSPGRP),
                    a.words(imm(pair.foreground())).address());
            descriptors.close(a, terminal);
        });
    }

    private boolean hasGroup(int group) {
        return context.snapshot()
                .task(group)
                .filter(leader -> leader.pgid() == group)
                .isPresent();
    }

    private Map<Integer, Program> threads() {
        Map<Integer, Program> programs = new LinkedHashMap<>();
        for (int tid : task.otherThreads()) {
            Assembler a = new Assembler();
            ownState(tid, a);
            programs.put(tid, a.build());
        }
        return programs;
    }

    private void leader(ProgramSequence sequence) throws RestoreException {
        new FileLockPlanner(context.snapshot(), task).plan(sequence);
        new TimerPlanner(task).plan(sequence);
        new LimitPlanner(task, context.limits().hard()).plan(sequence);
        Assembler a = sequence.assembler();
        signals.shared(a);
        ownState(task.pid(), a);
        if (task.mm().hasDumpable()) {
            a.label("set whether " + task + " may be dumped");
            a.callAny(Syscall.PRCTL, imm(Abi.PR_SET_DUMPABLE), imm(task.mm().getDumpable()), imm(0), imm(0), imm(0));
        }
    }

    private void ownState(int tid, Assembler a) {
        ThreadPlanner thread = new ThreadPlanner(task, tid);
        thread.plan(a);
        signals.ofThread(tid, a);
        var core = task.cores().get(tid).getThreadCore();
        if (core.hasCreds()) {
            new CredentialPlanner(thread.who(), core.getCreds(), context.limits()).plan(a);
        }
        if (core.getPdeathSig() != 0) {
            a.label("set the parent-death signal of " + thread.who());
            a.call(Syscall.PRCTL, imm(Abi.PR_SET_PDEATHSIG), imm(core.getPdeathSig()), imm(0), imm(0), imm(0));
        }
    }
}
