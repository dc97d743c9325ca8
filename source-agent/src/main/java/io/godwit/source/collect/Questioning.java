package io.godwit.source.collect;

import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.MachineRegion;
import io.godwit.linux.machine.RemoteMachine;
import io.godwit.linux.machine.RunResult;
import io.godwit.linux.proc.PosixTimer;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.source.freeze.FrozenTask;
import io.godwit.source.freeze.FrozenThread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A frozen process that is being asked for its state: the machine is put into it, each thread answers one batch, all at the same
 * time, and the machine is taken out again.
 */
final class Questioning {
    private final FrozenTask task;
    private final List<Vma> maps;
    private final List<PosixTimer> timers;
    private final RemoteMachine.Installation installation;
    private RemoteMachine machine;
    private final List<RunResult> results = new ArrayList<>();
    private final List<ThreadInterior> interiors = new ArrayList<>();
    private ProcessInterior process;
    private XsaveLayout.Question xsave;
    private boolean installing = true;
    private boolean leaving;

    private Questioning(
            FrozenTask task, List<Vma> maps, List<PosixTimer> timers, RemoteMachine.Installation installation) {
        this.task = task;
        this.maps = maps;
        this.timers = timers;
        this.installation = installation;
    }

    /**
     * First step: the process begins to make room for the machine.
     *
     * @param maps the mappings of the process
     */
    static Questioning begin(FrozenTask task, List<Vma> maps) throws IOException {
        List<PosixTimer> timers =
                PosixTimer.parse(ProcDirectory.process(task.pid()).lines("timers"));
        int slots = task.threads().size() - 1;
        long hole = AddressHole.find(maps, MachineRegion.bytes(slots));
        return new Questioning(
                task, maps, timers, RemoteMachine.beginInstall(task.leader().tracee(), maps, hole, slots));
    }

    int pid() {
        return task.pid();
    }

    /** Second step: all threads begin to answer. */
    void ask() throws IOException {
        installing = false;
        machine = installation.end();
        Assembler leader = new Assembler();
        interiors.add(new ThreadInterior(leader));
        process = new ProcessInterior(leader, timers);
        xsave = new XsaveLayout.Question(leader);
        machine.start(task.leader().tracee(), 0, leader.build());
        for (int i = 1; i < task.threads().size(); i++) {
            Assembler program = new Assembler();
            interiors.add(new ThreadInterior(program));
            machine.start(task.threads().get(i).tracee(), i, program.build());
        }
    }

    /** Third step: waits for the answers, and begins to take the machine out. */
    void leave() throws IOException {
        for (FrozenThread thread : task.threads()) {
            results.add(machine.finish(thread.tracee()));
        }
        machine.beginRemove(task.leader().tracee(), maps);
        leaving = true;
    }

    /** Last step: the process is as it was; what it said. */
    ProcessState end() throws IOException {
        machine.endRemove(task.leader().tracee());
        return ProcessState.assemble(task, process, xsave.answer(results.get(0)), interiors, results);
    }

    /** Leaves the process as it was; its answers are not wanted any more. */
    void abandon(Exception cause) {
        try {
            if (installing) {
                machine = installation.end();
            }
            if (machine == null) {
                return;
            }
            if (leaving) {
                machine.endRemove(task.leader().tracee());
                return;
            }
            for (FrozenThread thread : task.threads()) {
                if (machine.runs(thread.tracee())) {
                    machine.finish(thread.tracee());
                }
            }
            machine.remove(task.leader().tracee(), maps);
        } catch (IOException | RuntimeException e) {
            cause.addSuppressed(e);
        }
    }
}
