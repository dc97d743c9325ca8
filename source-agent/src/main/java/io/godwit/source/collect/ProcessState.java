package io.godwit.source.collect;

import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.linux.machine.RunResult;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStatus;
import io.godwit.source.freeze.FrozenTask;
import io.godwit.source.freeze.FrozenThread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What one frozen process tells of itself: its core images, and those fields of its address space that
 * only it can see.
 *
 * @param cores leader first, one for each thread
 * @param mm the fields brk, dumpable and thp_disabled; the rest is for {@link AddressSpace}
 */
record ProcessState(List<CoreEntry> cores, MmEntry.Builder mm) {
    private static final int TASK_ALIVE = 1;
    private static final int TASK_STOPPED = 3;

    static ProcessState assemble(FrozenTask task, ProcStatus status, Questions questions, List<RunResult> results)
            throws IOException {
        RunResult leader = results.get(0);
        ThreadState state = new ThreadState(questions.xsave().answer(leader));
        ProcessInterior interior = questions.process();
        List<CoreEntry> cores = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            FrozenThread thread = task.threads().get(i);
            ProcDirectory proc = ProcDirectory.thread(task.pid(), thread.tid());
            ThreadState.Told told = i == 0
                    ? new ThreadState.Told(task.stat(), status)
                    : new ThreadState.Told(proc.stat(), proc.status());
            CoreEntry.Builder core = state.core(task.pid(), thread, told, questions.thread(i), results.get(i));
            if (i == 0) {
                addProcess(core, task, interior, leader);
            }
            cores.add(core.build());
        }
        return new ProcessState(
                cores,
                MmEntry.newBuilder()
                        .setMmBrk(interior.brk(leader))
                        .setDumpable(interior.dumpable(leader))
                        .setThpDisabled(interior.thpDisabled(leader)));
    }

    private static void addProcess(CoreEntry.Builder core, FrozenTask task, ProcessInterior interior, RunResult result)
            throws IOException {
        var tc = core.getTcBuilder()
                .setTaskState(task.stopped() ? TASK_STOPPED : TASK_ALIVE)
                .setExitCode(0)
                .setPersonality(interior.personality(result))
                .setFlags(0)
                .setBlkSigset(task.leader().signalMask())
                .setComm(task.stat().comm())
                .setTimers(interior.timers(result))
                .setRlimits(interior.limits(result))
                .setSignalsS(ThreadState.queue(task.leader().tracee().pendingSignals(true)))
                .setOomScoreAdj(ProcDirectory.process(task.pid()).oomScoreAdjustment())
                .setChildSubreaper(interior.subreaper(result))
                .addAllSigactions(interior.actions(result));
        if (task.stopped()) {
            tc.setStopSigno(task.leader().groupStop());
        }
    }
}
