package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import com.google.protobuf.ByteString;
import io.godwit.image.proto.SiginfoEntry;
import io.godwit.image.proto.SignalQueueEntry;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;

/** Queues the signals that had not been delivered. Each thread sends them to itself, which is the only way to forge a sender. */
final class PendingSignalPlanner {
    private final TaskSnapshot task;

    PendingSignalPlanner(TaskSnapshot task) {
        this.task = task;
    }

    /** Drops what the restore itself caused, such as the SIGCHLD of a zombie child. */
    void drain(Assembler a) {
        a.label("drop the SIGCHLD of restored zombies in " + task);
        DataSlot set = a.words(imm(1L << (Abi.SIGCHLD - 1)));
        DataSlot noTime = a.words(imm(0), imm(0));
        a.callAny(Syscall.RT_SIGTIMEDWAIT, set.address(), imm(0), noTime.address(), imm(Abi.SIGSET_BYTES));
    }

    void shared(Assembler a) {
        for (SiginfoEntry entry : task.core().getTc().getSignalsS().getSignalsList()) {
            int signal = signal(entry.getSiginfo());
            a.label("queue signal " + signal + " for " + task);
            DataSlot info = a.data(entry.getSiginfo().toByteArray());
            a.call(Syscall.RT_SIGQUEUEINFO, imm(task.pid()), imm(signal), info.address());
        }
    }

    void ofThread(int tid, Assembler a) {
        SignalQueueEntry queue = task.cores().get(tid).getThreadCore().getSignalsP();
        for (SiginfoEntry entry : queue.getSignalsList()) {
            int signal = signal(entry.getSiginfo());
            a.label("queue signal " + signal + " for thread " + tid + " of " + task);
            DataSlot info = a.data(entry.getSiginfo().toByteArray());
            a.call(Syscall.RT_TGSIGQUEUEINFO, imm(task.pid()), imm(tid), imm(signal), info.address());
        }
    }

    /** si_signo is the first word of a siginfo. */
    private static int signal(ByteString siginfo) {
        return siginfo.asReadOnlyByteBuffer()
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getInt(0);
    }
}
