package io.godwit.source.collect;

import io.godwit.linux.machine.MachineRegion;
import io.godwit.linux.machine.RemoteMachine;
import io.godwit.linux.machine.RunResult;
import io.godwit.linux.proc.PosixTimer;
import io.godwit.source.freeze.FrozenTask;
import io.godwit.source.freeze.FrozenThread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A frozen process that is being asked for its state: the machine is put into it, each thread answers one batch, all at the same
 * time, and the machine is taken out again.
 */
final class Questioning {
    private final FrozenTask task;
    private final TaskFacts facts;
    private final Questions questions;
    private final RemoteMachine.Installation installation;
    private RemoteMachine machine;
    private final List<RunResult> results = new ArrayList<>();
    private boolean installing = true;
    private boolean leaving;

    private Questioning(
            FrozenTask task, TaskFacts facts, Questions questions, RemoteMachine.Installation installation) {
        this.task = task;
        this.facts = facts;
        this.questions = questions;
        this.installation = installation;
    }

    /**
     * First step: the process begins to make room for the machine.
     *
     * @param all what processes were asked before
     */
    static Questioning begin(FrozenTask task, TaskFacts facts, Map<List<PosixTimer>, Questions> all)
            throws IOException {
        Questions questions = all.computeIfAbsent(facts.timers(), Questions::new);
        int slots = task.threads().size() - 1;
        long hole = AddressHole.find(facts.maps(), MachineRegion.bytes(slots));
        FrozenThread leader = task.leader();
        RemoteMachine.Installation installation = RemoteMachine.beginInstall(
                leader.tracee(), leader.standing(), facts.status(), facts.maps(), hole, slots);
        return new Questioning(task, facts, questions, installation);
    }

    /** Second step: all threads begin to answer. */
    void ask() throws IOException {
        installing = false;
        machine = installation.end();
        machine.start(task.leader().tracee(), 0, questions.ofLeader());
        for (int i = 1; i < task.threads().size(); i++) {
            FrozenThread thread = task.threads().get(i);
            machine.introduce(thread.tracee(), thread.standing());
            machine.start(thread.tracee(), i, questions.ofThread());
        }
    }

    /** Third step: waits for the answers, and begins to take the machine out. */
    void leave() throws IOException {
        for (FrozenThread thread : task.threads()) {
            results.add(machine.finish(thread.tracee()));
        }
        machine.beginRemove(task.leader().tracee());
        leaving = true;
    }

    /** Last step: the process is as it was; what it said. */
    Answers end() throws IOException {
        machine.endRemove(task.leader().tracee());
        return Answers.of(task, facts, questions, results);
    }

    /** Leaves the process as it was; its answers are not wanted any more. */
    void abandon(Throwable cause) {
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
            machine.beginRemove(task.leader().tracee());
            machine.endRemove(task.leader().tracee());
        } catch (IOException | RuntimeException | Error e) {
            cause.addSuppressed(e);
        }
    }
}
