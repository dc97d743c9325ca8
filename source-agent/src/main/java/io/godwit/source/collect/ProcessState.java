package io.godwit.source.collect;

import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.linux.machine.RunResult;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.freeze.FrozenTask;
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

    static ProcessState assemble(
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
