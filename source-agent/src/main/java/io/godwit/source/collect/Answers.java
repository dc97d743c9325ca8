package io.godwit.source.collect;

import io.godwit.image.proto.MmEntry;
import io.godwit.linux.machine.RunResult;
import io.godwit.linux.trace.RseqConfiguration;
import io.godwit.source.freeze.FrozenTask;
import io.godwit.source.freeze.FrozenThread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a frozen process was asked and said, all that only its tracer can know. The rest can be made of it by any thread.
 *
 * @param layout of each thread's XSAVE area
 * @param threads leader first
 * @param pendingSignals those of the whole process, as raw siginfo_t
 */
record Answers(
        FrozenTask task,
        TaskFacts facts,
        Questions questions,
        XsaveLayout layout,
        List<OfThread> threads,
        List<byte[]> pendingSignals) {
    /**
     * What a thread said, and the kernel about it.
     *
     * @param pendingSignals as raw siginfo_t
     * @param xstate the XSAVE area
     */
    record OfThread(
            FrozenThread thread,
            RunResult result,
            RseqConfiguration rseq,
            List<byte[]> pendingSignals,
            byte[] xstate) {}

    /** Adds what the tracer knows to what the threads have said. */
    static Answers of(FrozenTask task, TaskFacts facts, Questions questions, List<RunResult> results)
            throws IOException {
        List<OfThread> threads = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            FrozenThread thread = task.threads().get(i);
            threads.add(new OfThread(
                    thread,
                    results.get(i),
                    thread.tracee().rseq(),
                    thread.tracee().pendingSignals(false),
                    thread.tracee().xstate()));
        }
        return new Answers(
                task,
                facts,
                questions,
                questions.xsave().answer(results.get(0)),
                threads,
                task.leader().tracee().pendingSignals(true));
    }

    /** Whether its children go without being waited for. */
    boolean reapsByItself() {
        return questions.process().reapsByItself(result());
    }

    /** What the leader said. */
    RunResult result() {
        return threads.get(0).result();
    }

    /** The fields of its address space that only the process itself can see; the rest is for {@link AddressSpace}. */
    MmEntry.Builder mm() {
        ProcessInterior interior = questions.process();
        return MmEntry.newBuilder()
                .setMmBrk(interior.brk(result()))
                .setDumpable(interior.dumpable(result()))
                .setThpDisabled(interior.thpDisabled(result()));
    }
}
