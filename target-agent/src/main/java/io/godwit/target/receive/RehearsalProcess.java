package io.godwit.target.receive;

import io.godwit.image.pages.PageSink;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.CredsEntry;
import io.godwit.image.proto.ItimerEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.SaEntry;
import io.godwit.image.proto.TaskCoreEntry;
import io.godwit.image.proto.TaskTimersEntry;
import io.godwit.image.proto.ThreadCoreEntry;
import io.godwit.image.proto.ThreadInfoX86;
import io.godwit.image.proto.UserX86FpregsEntry;
import io.godwit.image.proto.UserX86RegsEntry;
import io.godwit.image.proto.VmaEntry;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStatus;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;

/** The memory, threads and rights of the made-up process: one page of code in which both threads wait, and one of stack. */
final class RehearsalProcess {
    static final long CODE = 0x10000000L;
    static final long STACK = 0x10010000L;
    /** Where the group of vdso and vvar goes. */
    static final long VDSO_GROUP = 0x20000000L;

    private static final long SMALL = 0x11000000L;
    private static final long SMALL_STRIDE = 0x4000;
    private static final int SMALL_MAPPINGS = 80;
    private static final int PAGE = 4096;
    private static final long MARK = 0x1122334455667788L;
    private static final int SIGNAL_ACTIONS = 62;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int REGULAR_ANONYMOUS = 1 | 1 << 9;
    private static final int VDSO = 1 | 1 << 3;
    private static final int VVAR = 1 | 1 << 12;
    private static final int CS = 0x33;
    private static final int SS = 0x2b;
    private static final int INTERRUPTS_ON = 0x202;
    private static final int DEFAULT_FPU_CONTROL = 0x37f;
    private static final int DEFAULT_MXCSR = 0x1f80;
    /** 1: mov $34 (pause), %eax; syscall; jmp 1b. */
    private static final byte[] WAIT = {(byte) 0xb8, 34, 0, 0, 0, 0x0f, 0x05, (byte) 0xeb, (byte) 0xf7};

    private final String name;
    private final ProcDirectory agent = ProcDirectory.own();

    RehearsalProcess(String name) {
        this.name = name;
    }

    /** Code, a stack, and a page in every other of the small mappings. */
    void writePages(PageSink pages) throws IOException {
        pages.data(CODE, ByteBuffer.allocateDirect(PAGE).put(0, WAIT));
        pages.zero(STACK, 1);
        for (int i = 0; i < SMALL_MAPPINGS; i += 2) {
            pages.data(small(i), ByteBuffer.allocateDirect(PAGE));
        }
    }

    private static long small(int index) {
        return SMALL + index * SMALL_STRIDE;
    }

    /** A program that is surely here: this one. */
    static String executable() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/exe")).toString();
        } catch (IOException e) {
            return "/bin/sh";
        }
    }

    MmEntry memory(int executable) throws IOException {
        MmEntry.Builder mm = MmEntry.newBuilder()
                .setMmStartCode(CODE)
                .setMmEndCode(CODE + WAIT.length)
                .setMmStartData(CODE)
                .setMmEndData(CODE + PAGE)
                .setMmStartStack(STACK)
                .setMmStartBrk(STACK + PAGE)
                .setMmBrk(STACK + PAGE)
                .setMmArgStart(STACK)
                .setMmArgEnd(STACK)
                .setMmEnvStart(STACK)
                .setMmEnvEnd(STACK)
                .setExeFileId(executable)
                .addMmSavedAuxv(0)
                .addMmSavedAuxv(0)
                .addVmas(vma(CODE, CODE + PAGE, Vma.READ | Vma.EXEC, REGULAR_ANONYMOUS))
                .addVmas(vma(STACK, STACK + PAGE, Vma.READ | Vma.WRITE, REGULAR_ANONYMOUS));
        for (int i = 0; i < SMALL_MAPPINGS; i++) {
            mm.addVmas(vma(small(i), small(i) + PAGE, i % 3 == 0 ? Vma.READ : Vma.READ | Vma.WRITE, REGULAR_ANONYMOUS));
        }
        long at = VDSO_GROUP;
        for (Vma own : agent.maps()) {
            if (own.kernelOwned() && !own.name().equals("[vsyscall]")) {
                int status = own.name().equals("[vdso]") ? VDSO : VVAR;
                mm.addVmas(vma(at, at + own.bytes(), own.protection(), status));
                at += own.bytes();
            }
        }
        return mm.build();
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
                .setTimers(
                        TaskTimersEntry.newBuilder().setReal(off).setVirt(off).setProf(off))
                .addAllSigactions(Collections.nCopies(SIGNAL_ACTIONS, usual))
                .build();
        return core(name).setTc(task).build();
    }

    CoreEntry thread(String threadName) throws IOException {
        return core(threadName).build();
    }

    private CoreEntry.Builder core(String comm) throws IOException {
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
                        .setCreds(credentials()));
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
                .addCapPrm((int) status.bits("CapPrm"))
                .addCapPrm((int) (status.bits("CapPrm") >>> 32))
                .addCapEff((int) status.bits("CapEff"))
                .addCapEff((int) (status.bits("CapEff") >>> 32))
                .addCapBnd((int) status.bits("CapBnd"))
                .addCapBnd((int) (status.bits("CapBnd") >>> 32))
                .build();
    }

    private static VmaEntry vma(long start, long end, int protection, int status) {
        return VmaEntry.newBuilder()
                .setStart(start)
                .setEnd(end)
                .setPgoff(0)
                .setShmid(0)
                .setProt(protection)
                .setFlags(MAP_PRIVATE_ANONYMOUS)
                .setStatus(status)
                .setFd(-1)
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
                .setIp(CODE)
                .setCs(CS)
                .setFlags(INTERRUPTS_ON)
                .setSp(STACK + PAGE)
                .setSs(SS)
                .setFsBase(0)
                .setGsBase(0)
                .setDs(0)
                .setEs(0)
                .setFs(0)
                .setGs(0)
                .build();
    }
}
