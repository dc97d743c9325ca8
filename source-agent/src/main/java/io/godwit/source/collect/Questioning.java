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
    private final RemoteMachine machine;
    private final List<ThreadInterior> interiors = new ArrayList<>();
    private ProcessInterior process;
    private XsaveLayout.Question xsave;

    private Questioning(FrozenTask task, List<Vma> maps, RemoteMachine machine) {
        this.task = task;
        this.maps = maps;
        this.machine = machine;
    }

    /**
     * Lets all threads begin to answer.
     *
     * @param maps the mappings of the process
     */
    static Questioning begin(FrozenTask task, List<Vma> maps) throws IOException {
        List<PosixTimer> timers =
                PosixTimer.parse(ProcDirectory.process(task.pid()).lines("timers"));
        int slots = task.threads().size() - 1;
        long hole = AddressHole.find(maps, MachineRegion.bytes(slots));
        Questioning questioning =
                new Questioning(task, maps, RemoteMachine.install(task.leader().tracee(), maps, hole, slots));
        try {
            questioning.ask(timers);
        } catch (IOException | RuntimeException e) {
            questioning.abandon(e);
            throw e;
        }
        return questioning;
    }

    int pid() {
        return task.pid();
    }

    /** Waits for the answers, and leaves the process as it was. */
    ProcessState end() throws IOException {
        List<RunResult> results = new ArrayList<>();
        try {
            for (FrozenThread thread : task.threads()) {
                results.add(machine.finish(thread.tracee()));
            }
        } finally {
            machine.remove(task.leader().tracee(), maps);
        }
        return ProcessState.assemble(task, process, xsave.answer(results.get(0)), interiors, results);
    }

    /** Leaves the process as it was; its answers are not wanted any more. */
    void abandon(Exception cause) {
        try {
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

    private void ask(List<PosixTimer> timers) throws IOException {
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
}
