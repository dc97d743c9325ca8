package io.godwit.target.receive;

import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.CredsEntry;
import io.godwit.image.proto.ItimerEntry;
import io.godwit.image.proto.RlimitEntry;
import io.godwit.image.proto.RseqEntry;
import io.godwit.image.proto.SaEntry;
import io.godwit.image.proto.SignalQueueEntry;
import io.godwit.image.proto.TaskCoreEntry;
import io.godwit.image.proto.TaskRlimitsEntry;
import io.godwit.image.proto.TaskTimersEntry;
import io.godwit.image.proto.ThreadCoreEntry;
import io.godwit.image.proto.ThreadInfoX86;
import io.godwit.image.proto.ThreadSasEntry;
import io.godwit.image.proto.UserX86FpregsEntry;
import io.godwit.image.proto.UserX86RegsEntry;
import io.godwit.image.proto.UserX86RegsMode;
import io.godwit.image.proto.UserX86XsaveEntry;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStatus;
import java.io.IOException;
import java.util.Collections;

/** The threads of a made-up process, with all that those of most real ones have: what is not rehearsed is slow the first time. */
final class RehearsalCore {
    private static final long MARK = 0x1122334455667788L;
    private static final int SIGNAL_ACTIONS = 62;
    private static final int RLIMITS = 16;
    private static final int CS = 0x33;
    private static final int SS = 0x2b;
    private static final int INTERRUPTS_ON = 0x202;
    private static final int DEFAULT_FPU_CONTROL = 0x37f;
    private static final int DEFAULT_MXCSR = 0x1f80;
    private static final long X87_AND_SSE = 3;
    private static final int SS_DISABLE = 2;
    private static final int RSEQ_BYTES = 32;
    private static final int RSEQ_SIGNATURE = 0x53053053;

    private final String name;
    private final ProcDirectory agent = ProcDirectory.own();

    RehearsalCore(String name) {
        this.name = name;
    }

    CoreEntry leader() throws IOException {
        ItimerEntry off = ItimerEntry.newBuilder()
                .setIsec(0)
                .setIusec(0)
                .setVsec(0)
                .setVusec(0)
                .build();
        SaEntry usual = SaEntry.newBuilder()
                .setSigaction(0)
                .setFlags(0)
                .setRestorer(0)
                .setMask(0)
                .build();
        TaskCoreEntry task = TaskCoreEntry.newBuilder()
                .setTaskState(1)
                .setExitCode(0)
                .setPersonality(0)
                .setFlags(0)
                .setBlkSigset(1)
                .setComm(name)
                .setRlimits(limits())
                .setSignalsS(SignalQueueEntry.getDefaultInstance())
                .setOomScoreAdj(agent.oomScoreAdjustment())
                .setChildSubreaper(false)
                .setTimers(
                        TaskTimersEntry.newBuilder().setReal(off).setVirt(off).setProf(off))
                .addAllSigactions(Collections.nCopies(SIGNAL_ACTIONS, usual))
                .build();
        return core(name, RehearsalProcess.STACK).setTc(task).build();
    }

    /** @param number of the thread, 1 for the first but the leader */
    CoreEntry thread(String threadName, int number) throws IOException {
        return core(threadName, RehearsalProcess.STACK + number * RSEQ_BYTES).build();
    }

    private CoreEntry.Builder core(String comm, long rseq) throws IOException {
        return CoreEntry.newBuilder()
                .setMtype(CoreEntry.March.X86_64)
                .setThreadInfo(ThreadInfoX86.newBuilder()
                        .setClearTidAddr(0)
                        .setGpregs(registers())
                        .setFpregs(floatingPoint()))
                .setThreadCore(ThreadCoreEntry.newBuilder()
                        .setFutexRla(0)
                        .setFutexRlaLen(0)
                        .setBlkSigset(1)
                        .setComm(comm)
                        .setSas(ThreadSasEntry.newBuilder()
                                .setSsSp(0)
                                .setSsSize(0)
                                .setSsFlags(SS_DISABLE))
                        .setSignalsP(SignalQueueEntry.getDefaultInstance())
                        .setPdeathSig(0)
                        .setSchedPolicy(0)
                        .setSchedNice(0)
                        .setSchedPrio(0)
                        .setRseqEntry(RseqEntry.newBuilder()
                                .setRseqAbiPointer(rseq)
                                .setRseqAbiSize(RSEQ_BYTES)
                                .setSignature(RSEQ_SIGNATURE))
                        .setCreds(credentials()));
    }

    /** Those of this agent, which it may give. */
    private static TaskRlimitsEntry limits() throws IOException {
        TaskRlimitsEntry.Builder limits = TaskRlimitsEntry.newBuilder();
        NativeMemory limit = NativeMemory.allocate(2 * Long.BYTES);
        for (int resource = 0; resource < RLIMITS; resource++) {
            long result = limit.during(Kernel.syscall(Syscall.PRLIMIT64, 0, resource, 0, limit.address()));
            Kernel.check(result, "prlimit64", "resource " + resource);
            limits.addRlimits(RlimitEntry.newBuilder()
                    .setCur(limit.buffer().getLong(0))
                    .setMax(limit.buffer().getLong(Long.BYTES)));
        }
        return limits.build();
    }

    private CredsEntry credentials() throws IOException {
        ProcStatus status = agent.status();
        return CredsEntry.newBuilder()
                .setUid(0)
                .setGid(0)
                .setEuid(0)
                .setEgid(0)
                .setSuid(0)
                .setSgid(0)
                .setFsuid(0)
                .setFsgid(0)
                .setSecbits(0)
                .addCapInh(0)
                .addCapInh(0)
                .addCapPrm((int) status.bits("CapPrm"))
                .addCapPrm((int) (status.bits("CapPrm") >>> 32))
                .addCapEff((int) status.bits("CapEff"))
                .addCapEff((int) (status.bits("CapEff") >>> 32))
                .addCapBnd((int) status.bits("CapBnd"))
                .addCapBnd((int) (status.bits("CapBnd") >>> 32))
                .addCapAmb(0)
                .addCapAmb(0)
                .build();
    }

    private static UserX86FpregsEntry floatingPoint() {
        return UserX86FpregsEntry.newBuilder()
                .setCwd(DEFAULT_FPU_CONTROL)
                .setSwd(0)
                .setTwd(0)
                .setFop(0)
                .setRip(0)
                .setRdp(0)
                .setMxcsr(DEFAULT_MXCSR)
                .setMxcsrMask(0xffff)
                .addAllStSpace(Collections.nCopies(32, 0))
                .addAllXmmSpace(Collections.nCopies(64, 7))
                .setXsave(extended())
                .build();
    }

    /** Of the components behind the first two there are words, and none is in use: which of them there are differs between processors. */
    private static UserX86XsaveEntry extended() {
        return UserX86XsaveEntry.newBuilder()
                .setXstateBv(X87_AND_SSE)
                .addAllYmmhSpace(Collections.nCopies(64, 0))
                .addAllOpmaskReg(Collections.nCopies(8, 0L))
                .addAllZmmUpper(Collections.nCopies(64, 0L))
                .addAllHi16Zmm(Collections.nCopies(128, 0L))
                .addAllPkru(Collections.nCopies(2, 0))
                .build();
    }

    private static UserX86RegsEntry registers() {
        return UserX86RegsEntry.newBuilder()
                .setR15(MARK)
                .setR14(0)
                .setR13(0)
                .setR12(0)
                .setBp(0)
                .setBx(0)
                .setR11(0)
                .setR10(0)
                .setR9(0)
                .setR8(0)
                .setAx(0)
                .setCx(0)
                .setDx(0)
                .setSi(0)
                .setDi(0)
                .setOrigAx(-1)
                .setIp(RehearsalProcess.CODE)
                .setCs(CS)
                .setFlags(INTERRUPTS_ON)
                .setSp(RehearsalProcess.STACK + RehearsalProcess.PAGE)
                .setSs(SS)
                .setFsBase(0)
                .setGsBase(0)
                .setDs(0)
                .setEs(0)
                .setFs(0)
                .setGs(0)
                .setMode(UserX86RegsMode.NATIVE)
                .build();
    }
}
