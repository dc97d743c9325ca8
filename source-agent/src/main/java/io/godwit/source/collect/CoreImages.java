package io.godwit.source.collect;

import io.godwit.image.proto.CoreEntry;
import io.godwit.linux.machine.RunResult;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStatus;
import io.godwit.linux.proc.SecurityLabels;
import io.godwit.source.cgroup.TreeCgroups;
import io.godwit.source.freeze.FrozenTask;
import java.io.IOException;

/** The core images of a frozen process, made of what it said. */
final class CoreImages {
    private static final int TASK_ALIVE = 1;
    private static final int TASK_STOPPED = 3;

    private CoreImages() {}

    /**
     * The core of a thread.
     *
     * @param index in the process; 0 is the leader, whose core tells of the process too
     */
    static CoreEntry of(Answers answers, int index, ThreadFacts facts, TreeCgroups cgroups, SecurityLabels labels)
            throws IOException {
        FrozenTask task = answers.task();
        Answers.OfThread thread = answers.threads().get(index);
        ThreadFacts.Told told = index == 0
                ? new ThreadFacts.Told(task.stat(), answers.facts().status())
                : facts.of(thread.thread().tid());
        if (index > 0) {
            refuseSeccomp("thread " + thread.thread().tid() + " of process " + task.pid(), told.status());
        }
        CoreEntry.Builder core = new ThreadState(answers.layout())
                .core(task.pid(), thread, told, answers.questions().thread(index));
        if (index == 0) {
            addProcess(core, answers);
        }
        place(core, cgroups.of(task.pid(), thread.thread().tid()));
        labels.of(task.pid(), thread.thread().tid())
                .ifPresent(core.getThreadCoreBuilder().getCredsBuilder()::setLsmProfile);
        return core.build();
    }

    /** Each thread can have filters of its own. */
    static void refuseSeccomp(String what, ProcStatus status) throws CannotMoveException {
        if (status.seccomp() != 0) {
            throw new CannotMoveException(
                    what, "it runs under a seccomp filter, which can not be moved yet", "start it without");
        }
    }

    /** Since CRIU 4.0 each thread has its set; before, only the process had one. */
    private static void place(CoreEntry.Builder core, int set) {
        if (set == 0) {
            return;
        }
        core.getThreadCoreBuilder().setCgSet(set);
        if (core.hasTc()) {
            core.getTcBuilder().setCgSet(set);
        }
    }

    private static void addProcess(CoreEntry.Builder core, Answers answers) throws IOException {
        FrozenTask task = answers.task();
        ProcessInterior interior = answers.questions().process();
        RunResult result = answers.result();
        var tc = core.getTcBuilder()
                .setTaskState(task.stopped() ? TASK_STOPPED : TASK_ALIVE)
                .setExitCode(0)
                .setPersonality(interior.personality(result))
                .setFlags(0)
                .setBlkSigset(task.leader().signalMask())
                .setComm(task.stat().comm())
                .setTimers(interior.timers(result))
                .setRlimits(interior.limits(result))
                .setSignalsS(ThreadState.queue(answers.pendingSignals()))
                .setOomScoreAdj(ProcDirectory.process(task.pid()).oomScoreAdjustment())
                .setChildSubreaper(interior.subreaper(result))
                .addAllSigactions(interior.actions(result));
        int barriers = interior.barriers(result);
        if (barriers != 0) {
            tc.setMembarrierRegistrationMask(barriers);
        }
        if (task.stopped()) {
            tc.setStopSigno(task.leader().groupStop());
        }
    }
}
