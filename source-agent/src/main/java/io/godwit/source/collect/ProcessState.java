package io.godwit.source.collect;

import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.MmEntry;
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
 * What one frozen process tells of itself: its core images, and those fields of its address space that
 * only it can see. The machine is put into it, each thread answers one batch, all at the same time, and
 * the machine is taken out again.
 *
 * @param cores leader first, one for each thread
 * @param mm the fields brk, dumpable and thp_disabled; the rest is for {@link AddressSpace}
 */
record ProcessState(List<CoreEntry> cores, MmEntry.Builder mm) {
    private static final int TASK_ALIVE = 1;
    private static final int TASK_STOPPED = 3;

    static ProcessState collect(FrozenTask task, List<Vma> maps) throws IOException {
        ProcDirectory proc = ProcDirectory.process(task.pid());
        List<PosixTimer> timers = PosixTimer.parse(proc.lines("timers"));
        Assembler leaderProgram = new Assembler();
        ThreadInterior leaderInterior = new ThreadInterior(leaderProgram);
        ProcessInterior interior = new ProcessInterior(leaderProgram, timers);
        XsaveLayout.Question question = new XsaveLayout.Question(leaderProgram);

        List<FrozenThread> threads = task.threads();
        List<ThreadInterior> interiors = new ArrayList<>();
        List<RunResult> results = new ArrayList<>();
        RemoteMachine machine = RemoteMachine.install(
                task.leader().tracee(),
                maps,
                AddressHole.find(maps, MachineRegion.bytes(threads.size() - 1)),
                threads.size());
        try {
            machine.start(task.leader().tracee(), 0, leaderProgram.build());
            for (int i = 1; i < threads.size(); i++) {
                Assembler program = new Assembler();
                interiors.add(new ThreadInterior(program));
                machine.start(threads.get(i).tracee(), i, program.build());
            }
            for (FrozenThread thread : threads) {
                results.add(machine.finish(thread.tracee()));
            }
        } finally {
            machine.remove(task.leader().tracee(), maps);
        }
        interiors.add(0, leaderInterior);
        return assemble(task, interior, question.answer(results.get(0)), interiors, results);
    }

    private static ProcessState assemble(
            FrozenTask task,
            ProcessInterior interior,
            XsaveLayout layout,
            List<ThreadInterior> interiors,
            List<RunResult> results)
            throws IOException {
        ThreadState state = new ThreadState(task.pid(), layout);
        List<CoreEntry> cores = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            CoreEntry.Builder core = state.core(task.threads().get(i), interiors.get(i), results.get(i));
            if (i == 0) {
                addProcess(core, task, interior, results.get(0));
            }
            cores.add(core.build());
        }
        RunResult leader = results.get(0);
        return new ProcessState(
                cores,
                MmEntry.newBuilder()
                        .setMmBrk(interior.brk(leader))
                        .setDumpable(interior.dumpable(leader))
                        .setThpDisabled(interior.thpDisabled(leader)));
    }

    private static void addProcess(CoreEntry.Builder core, FrozenTask task, ProcessInterior interior, RunResult result)
            throws IOException {
        ProcDirectory proc = ProcDirectory.process(task.pid());
        var tc = core.getTcBuilder()
                .setTaskState(task.stopped() ? TASK_STOPPED : TASK_ALIVE)
                .setExitCode(0)
                .setPersonality(
                        Integer.parseUnsignedInt(proc.text("personality").trim(), 16))
                .setFlags(0)
                .setBlkSigset(task.leader().signalMask())
                .setComm(ThreadState.comm(proc))
                .setTimers(interior.timers(result))
                .setRlimits(interior.limits(result))
                .setSignalsS(ThreadState.queue(task.leader().tracee().pendingSignals(true)))
                .setOomScoreAdj(Integer.parseInt(proc.text("oom_score_adj").trim()))
                .setChildSubreaper(interior.subreaper(result))
                .addAllSigactions(interior.actions(result));
        if (task.stopped()) {
            tc.setStopSigno(task.leader().groupStop());
        }
    }
}
