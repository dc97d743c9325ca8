package io.godwit.source.collect;

import com.google.protobuf.ByteString;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.RseqEntry;
import io.godwit.image.proto.SiginfoEntry;
import io.godwit.image.proto.SignalQueueEntry;
import io.godwit.image.proto.ThreadCoreEntry;
import io.godwit.image.proto.ThreadInfoX86;
import io.godwit.image.proto.UserX86RegsEntry;
import io.godwit.image.proto.UserX86RegsMode;
import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Scratch;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.RunResult;
import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.proc.ProcStat;
import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Registers.Name;
import io.godwit.linux.trace.RseqConfiguration;
import io.godwit.source.freeze.FrozenThread;
import io.godwit.source.freeze.SyscallRestart;
import java.io.IOException;
import java.util.List;

/** One thread's part of a core image. */
final class ThreadState {
    private static final int ROBUST_LIST_HEAD_BYTES = 24;

    private final XsaveLayout layout;

    ThreadState(XsaveLayout layout) {
        this.layout = layout;
    }

    /** The parts that every thread has: registers, and what belongs to the thread alone. */
    CoreEntry.Builder core(int pid, Answers.OfThread answers, ThreadFacts.Told told, ThreadInterior interior)
            throws IOException {
        FrozenThread thread = answers.thread();
        RunResult result = answers.result();
        RseqConfiguration rseq = answers.rseq();
        Registers registers = SyscallRestart.portable(thread.registers(), new ProcessMemory(pid)::bytes);
        ThreadCoreEntry.Builder core = ThreadCoreEntry.newBuilder()
                .setBlkSigset(thread.signalMask())
                .setSas(interior.alternateStack(result))
                .setPdeathSig(interior.parentDeathSignal(result))
                .setSignalsP(queue(answers.pendingSignals()))
                .setCreds(Credentials.entry(told.status(), interior.securebits(result)))
                .setComm(told.stat().comm());
        scheduling(core, told.stat());
        robustList(core, thread.tid());
        if (rseq.registered()) {
            core.setRseqEntry(RseqEntry.newBuilder()
                    .setRseqAbiPointer(rseq.pointer())
                    .setRseqAbiSize(rseq.size())
                    .setSignature(rseq.signature()));
        }
        return CoreEntry.newBuilder()
                .setMtype(CoreEntry.March.X86_64)
                .setThreadInfo(ThreadInfoX86.newBuilder()
                        .setClearTidAddr(interior.clearTidAddress(result))
                        .setGpregs(general(registers))
                        .setFpregs(FloatingPoint.entry(answers.xstate(), layout, thread.tid())))
                .setThreadCore(core);
    }

    static SignalQueueEntry queue(List<byte[]> signals) {
        SignalQueueEntry.Builder queue = SignalQueueEntry.newBuilder();
        for (byte[] siginfo : signals) {
            queue.addSignals(SiginfoEntry.newBuilder().setSiginfo(ByteString.copyFrom(siginfo)));
        }
        return queue.build();
    }

    private static void scheduling(ThreadCoreEntry.Builder core, ProcStat stat) {
        core.setSchedPolicy(stat.policy()).setSchedNice(stat.nice()).setSchedPrio(stat.realtimePriority());
    }

    private static void robustList(ThreadCoreEntry.Builder core, int tid) throws IOException {
        NativeMemory answer = Scratch.data(16);
        long result = Kernel.syscall(Syscall.GET_ROBUST_LIST, tid, answer.address(), answer.address() + 8);
        if (result == -Errno.ENOSYS.value()) {
            core.setFutexRla(0).setFutexRlaLen(ROBUST_LIST_HEAD_BYTES);
            return;
        }
        Kernel.check(result, "get_robust_list", "thread " + tid);
        core.setFutexRla(answer.buffer().getLong(0))
                .setFutexRlaLen((int) answer.buffer().getLong(8));
    }

    private static UserX86RegsEntry general(Registers r) {
        return UserX86RegsEntry.newBuilder()
                .setR15(r.get(Name.R15))
                .setR14(r.get(Name.R14))
                .setR13(r.get(Name.R13))
                .setR12(r.get(Name.R12))
                .setBp(r.get(Name.RBP))
                .setBx(r.get(Name.RBX))
                .setR11(r.get(Name.R11))
                .setR10(r.get(Name.R10))
                .setR9(r.get(Name.R9))
                .setR8(r.get(Name.R8))
                .setAx(r.get(Name.RAX))
                .setCx(r.get(Name.RCX))
                .setDx(r.get(Name.RDX))
                .setSi(r.get(Name.RSI))
                .setDi(r.get(Name.RDI))
                .setOrigAx(r.get(Name.ORIG_RAX))
                .setIp(r.get(Name.RIP))
                .setCs(r.get(Name.CS))
                .setFlags(r.get(Name.EFLAGS))
                .setSp(r.get(Name.RSP))
                .setSs(r.get(Name.SS))
                .setFsBase(r.get(Name.FS_BASE))
                .setGsBase(r.get(Name.GS_BASE))
                .setDs(r.get(Name.DS))
                .setEs(r.get(Name.ES))
                .setFs(r.get(Name.FS))
                .setGs(r.get(Name.GS))
                .setMode(UserX86RegsMode.NATIVE)
                .build();
    }
}
