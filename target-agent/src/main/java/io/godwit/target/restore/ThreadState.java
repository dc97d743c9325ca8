package io.godwit.target.restore;

import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.RseqEntry;
import io.godwit.image.proto.TaskCoreEntry;
import io.godwit.image.proto.ThreadCoreEntry;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.trace.Tracee;
import io.godwit.target.plan.TaskSnapshot;
import java.io.IOException;
import java.lang.ref.Reference;

/** Gives a stopped thread the state with which it runs on: processor state, signal mask, restartable sequence. */
final class ThreadState {
    private static final int RSEQ_CS_OFFSET = 8;

    private ThreadState() {}

    /** @param number of the thread in the images */
    static void set(Tracee thread, int number, TaskSnapshot task, Xstate xstate) throws IOException {
        CoreEntry core = task.cores().get(number);
        String who = "thread " + number + " of " + task;
        thread.setXstate(xstate.build(core.getThreadInfo().getFpregs(), thread.xstate(), who));
        thread.setRegisters(ThreadRegisters.of(core.getThreadInfo().getGpregs()));
        thread.setSignalMask(signalMask(core));
        RseqEntry rseq = core.getThreadCore().getRseqEntry();
        if (rseq.getRseqCsPointer() != 0) {
            NativeMemory pointer = NativeMemory.allocate(Long.BYTES);
            pointer.buffer().putLong(0, rseq.getRseqCsPointer());
            new ProcessMemory(thread.tid())
                    .write(rseq.getRseqAbiPointer() + RSEQ_CS_OFFSET, pointer.address(), Long.BYTES);
            Reference.reachabilityFence(pointer);
        }
    }

    /** The thread's own mask where the image has one; older images have it for the leader alone. */
    private static long signalMask(CoreEntry core) {
        ThreadCoreEntry thread = core.getThreadCore();
        TaskCoreEntry task = core.getTc();
        return thread.hasBlkSigset() ? thread.getBlkSigset() : task.getBlkSigset();
    }
}
