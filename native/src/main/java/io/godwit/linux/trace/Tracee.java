package io.godwit.linux.trace;

import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Scratch;
import io.godwit.linux.Syscall;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread under ptrace(2). The kernel ties a tracee to the thread that seized it, so an instance must
 * be used by that thread alone. Calls that need a stopped tracee fail with ESRCH when it runs.
 */
public final class Tracee {
    public static final int OPTION_TRACE_FORK = 1 << 1;
    public static final int OPTION_TRACE_VFORK = 1 << 2;
    public static final int OPTION_TRACE_CLONE = 1 << 3;
    public static final int OPTION_TRACE_EXEC = 1 << 4;
    public static final int OPTION_TRACE_EXIT = 1 << 6;
    public static final int OPTION_EXITKILL = 1 << 20;
    /** The thread's seccomp filters do not apply while it is traced; needs CAP_SYS_ADMIN. */
    public static final int OPTION_SUSPEND_SECCOMP = 1 << 21;

    public static final int EVENT_FORK = 1;
    public static final int EVENT_VFORK = 2;
    public static final int EVENT_CLONE = 3;
    public static final int EVENT_STOP = 128;
    public static final int SIGTRAP = 5;

    /** Size of siginfo_t in bytes. */
    public static final int SIGINFO_BYTES = 128;

    private static final int SIGINFO_CODE = 8;
    private static final int SIGINFO_PID = 16;
    /** The last of the codes of those that have ended; see sigaction(2). */
    private static final int CLD_DUMPED = 3;

    private static final int WNOWAIT = 0x01000000;

    private static final int POKEDATA = 5;
    private static final int CONT = 7;
    private static final int SINGLESTEP = 9;
    private static final int DETACH = 17;
    private static final int SYSCALL = 24;
    private static final int SETOPTIONS = 0x4200;
    private static final int GETEVENTMSG = 0x4201;
    private static final int GETSIGINFO = 0x4202;
    private static final int GETREGSET = 0x4204;
    private static final int SETREGSET = 0x4205;
    private static final int SEIZE = 0x4206;
    private static final int INTERRUPT = 0x4207;
    private static final int PEEKSIGINFO = 0x4209;
    private static final int GETSIGMASK = 0x420a;
    private static final int SETSIGMASK = 0x420b;
    private static final int GET_RSEQ_CONFIGURATION = 0x420f;
    private static final int NT_PRSTATUS = 1;
    private static final int NT_X86_XSTATE = 0x202;
    private static final int MAX_XSTATE_BYTES = 16 * 1024;
    private static final int WALL = 0x40000000;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int P_PID = 1;
    private static final int PEEK_BATCH = 32;

    /** A thread that runs stops at once; one on another processor, or in the kernel, needs longer. */
    private static final long SPIN_NANOS = 200_000;

    private static final long MIN_PAUSE_NANOS = 20_000;
    private static final long MAX_PAUSE_NANOS = 1_000_000;

    private final int tid;
    private final NativeMemory scratch = NativeMemory.allocate(Registers.SIZE + 32);

    private Tracee(int tid) {
        this.tid = tid;
    }

    /** Attaches without stopping the thread (PTRACE_SEIZE). */
    public static Tracee seize(int tid, int options) throws LinuxException {
        Tracee tracee = new Tracee(tid);
        long result = Kernel.syscall(Syscall.PTRACE, SEIZE, tid, 0, options);
        Kernel.check(result, "ptrace(SEIZE)", "thread " + tid, adviceForSeize(result));
        return tracee;
    }

    /** A thread that the kernel attached by itself, as a child of one with OPTION_TRACE_CLONE and the like. */
    public static Tracee adopted(int tid) {
        return new Tracee(tid);
    }

    public int tid() {
        return tid;
    }

    /**
     * Takes note of the end of a thread that any thread of this process traces, if it has ended, and of nothing else: of a tracee the
     * kernel tells stops also to who asks for ends only, so there is a look first.
     *
     * @return whether it had ended
     */
    public static boolean buryIfEnded(int tid) {
        NativeMemory info = NativeMemory.allocate(SIGINFO_BYTES);
        Kernel.syscall(Syscall.WAITID, P_PID, tid, info.address(), WEXITED | WNOHANG | WALL | WNOWAIT, 0);
        ByteBuffer told = info.buffer();
        if (told.getInt(SIGINFO_PID) != tid || told.getInt(SIGINFO_CODE) > CLD_DUMPED) {
            return false;
        }
        Kernel.syscall(Syscall.WAITID, P_PID, tid, info.address(), WEXITED | WNOHANG | WALL, 0);
        return true;
    }

    /** Asks the thread to stop; {@link #await} then gives an {@link Stop.Event}. */
    public void interrupt() throws LinuxException {
        request(INTERRUPT, "INTERRUPT", 0, 0);
    }

    /**
     * Stops a thread that runs, or sleeps in a system call; signals that come first are delivered.
     *
     * @return false if it ended instead
     */
    public boolean stop() throws LinuxException {
        interrupt();
        while (true) {
            Stop stop = await();
            if (stop.gone() || stop instanceof Stop.Event) {
                return !stop.gone();
            }
            resume(stop instanceof Stop.Signalled signalled ? signalled.signal() : 0);
        }
    }

    /**
     * The same, but not for ever: a thread that waits in the kernel stops when that is over. One that has not stopped can not
     * be detached; it runs on when its tracer ends.
     *
     * @return whether it stands, or ended; empty if neither came in time
     */
    public Optional<Boolean> stop(long nanos) throws LinuxException {
        long start = System.nanoTime();
        interrupt();
        while (true) {
            Optional<Stop> stop = await(nanos - (System.nanoTime() - start));
            if (stop.isEmpty()) {
                return Optional.empty();
            }
            if (stop.get().gone() || stop.get() instanceof Stop.Event) {
                return Optional.of(!stop.get().gone());
            }
            resume(stop.get() instanceof Stop.Signalled signalled ? signalled.signal() : 0);
        }
    }

    /** Waits until the thread stops or is gone. */
    public Stop await() throws LinuxException {
        while (true) {
            long result = Kernel.syscall(Syscall.WAIT4, tid, scratch.address(), WALL, 0);
            if (result != -Errno.EINTR.value()) {
                Kernel.check(result, "wait4", "thread " + tid);
                return Stop.of(scratch.buffer().getInt(0));
            }
        }
    }

    /** Waits until the thread stops or is gone, but not for ever. */
    public Optional<Stop> await(long nanos) throws LinuxException {
        long start = System.nanoTime();
        long pause = MIN_PAUSE_NANOS;
        while (true) {
            long result = Kernel.syscall(Syscall.WAIT4, tid, scratch.address(), WALL | WNOHANG, 0);
            if (result == tid) {
                return Optional.of(Stop.of(scratch.buffer().getInt(0)));
            }
            if (result != -Errno.EINTR.value()) {
                Kernel.check(result, "wait4", "thread " + tid);
            }
            long waited = System.nanoTime() - start;
            if (waited > nanos) {
                return Optional.empty();
            }
            if (waited < SPIN_NANOS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(pause);
                pause = Math.min(2 * pause, MAX_PAUSE_NANOS);
            }
        }
    }

    /** Lets a stopped thread run on, delivering a signal unless it is 0. */
    public void resume(int signal) throws LinuxException {
        request(CONT, "CONT", 0, signal);
    }

    /** Lets a stopped thread run to the entry or the exit of its next system call; it stops there with SIGTRAP. */
    public void resumeToSyscall() throws LinuxException {
        request(SYSCALL, "SYSCALL", 0, 0);
    }

    /** Lets a stopped thread run one instruction; it stops again with SIGTRAP. */
    public void singleStep() throws LinuxException {
        request(SINGLESTEP, "SINGLESTEP", 0, 0);
    }

    /** Lets go of a stopped thread, delivering a signal unless it is 0. */
    public void detach(int signal) throws LinuxException {
        request(DETACH, "DETACH", 0, signal);
    }

    public void setOptions(int options) throws LinuxException {
        request(SETOPTIONS, "SETOPTIONS", 0, options);
    }

    /** What the last event has to tell, for example the pid of a new child. */
    public long eventMessage() throws LinuxException {
        request(GETEVENTMSG, "GETEVENTMSG", 0, scratch.address());
        return scratch.buffer().getLong(0);
    }

    /** The raw siginfo_t of the signal that stopped the thread. */
    public byte[] signalInfo() throws LinuxException {
        request(GETSIGINFO, "GETSIGINFO", 0, scratch.address());
        return scratch.bytes(0, SIGINFO_BYTES);
    }

    public Registers registers() throws LinuxException {
        regset(GETREGSET, "GETREGSET", NT_PRSTATUS, scratch, Registers.SIZE);
        return Registers.of(scratch.buffer().slice(0, Registers.SIZE));
    }

    /** Whether the stopped thread runs 32-bit code; {@link #registers} can not be used then. */
    public boolean runs32BitCode() throws LinuxException {
        return regset(GETREGSET, "GETREGSET", NT_PRSTATUS, scratch, Registers.SIZE) != Registers.SIZE;
    }

    public void setRegisters(Registers registers) throws LinuxException {
        registers.copyTo(scratch.buffer().slice(0, Registers.SIZE));
        regset(SETREGSET, "SETREGSET", NT_PRSTATUS, scratch, Registers.SIZE);
    }

    /**
     * Writes a word to the memory of a stopped thread, also where the thread may not; a page of a file becomes a copy of the process's own by
     * that.
     */
    public void poke(long address, long word) throws LinuxException {
        request(POKEDATA, "POKEDATA", address, word);
    }

    /** The XSAVE area in the standard (not compacted) format. */
    public byte[] xstate() throws LinuxException {
        NativeMemory area = Scratch.data(MAX_XSTATE_BYTES + 16);
        int size = regset(GETREGSET, "GETREGSET(XSTATE)", NT_X86_XSTATE, area, MAX_XSTATE_BYTES);
        return area.bytes(0, size);
    }

    public void setXstate(byte[] xstate) throws LinuxException {
        NativeMemory area = Scratch.data(xstate.length + 16);
        area.buffer().put(0, xstate);
        regset(SETREGSET, "SETREGSET(XSTATE)", NT_X86_XSTATE, area, xstate.length);
    }

    /** The blocked signals; bit n-1 stands for signal n. */
    public long signalMask() throws LinuxException {
        request(GETSIGMASK, "GETSIGMASK", 8, scratch.address());
        return scratch.buffer().getLong(0);
    }

    public void setSignalMask(long mask) throws LinuxException {
        scratch.buffer().putLong(0, mask);
        request(SETSIGMASK, "SETSIGMASK", 8, scratch.address());
    }

    /**
     * The queued signals, oldest first, as raw siginfo_t; they stay queued.
     *
     * @param shared the process's queue rather than the thread's own
     */
    public List<byte[]> pendingSignals(boolean shared) throws LinuxException {
        List<byte[]> queue = new ArrayList<>();
        NativeMemory answers = Scratch.data(PEEK_BATCH * SIGINFO_BYTES);
        ByteBuffer arguments = scratch.buffer();
        while (true) {
            arguments.putLong(0, queue.size());
            arguments.putInt(8, shared ? 1 : 0);
            arguments.putInt(12, PEEK_BATCH);
            int count = (int) request(PEEKSIGINFO, "PEEKSIGINFO", scratch.address(), answers.address());
            for (int i = 0; i < count; i++) {
                queue.add(answers.bytes(i * SIGINFO_BYTES, SIGINFO_BYTES));
            }
            if (count < PEEK_BATCH) {
                return queue;
            }
        }
    }

    public RseqConfiguration rseq() throws LinuxException {
        int size = 24;
        request(GET_RSEQ_CONFIGURATION, "GET_RSEQ_CONFIGURATION", size, scratch.address());
        ByteBuffer b = scratch.buffer();
        return new RseqConfiguration(b.getLong(0), b.getInt(8), b.getInt(12), b.getInt(16));
    }

    private int regset(int request, String name, int type, NativeMemory area, int size) throws LinuxException {
        int iovec = area.size() - 16;
        area.buffer().putLong(iovec, area.address());
        area.buffer().putLong(iovec + 8, size);
        request(request, name, type, area.address() + iovec);
        return (int) area.buffer().getLong(iovec + 8);
    }

    private long request(int request, String name, long address, long data) throws LinuxException {
        long result = Kernel.syscall(Syscall.PTRACE, request, tid, address, data);
        return Kernel.check(result, "ptrace(" + name + ")", "thread " + tid);
    }

    private static String adviceForSeize(long result) {
        return result == -Errno.EPERM.value()
                ? "Godwit needs CAP_SYS_PTRACE, and the thread must have no other tracer such as gdb or strace"
                : "";
    }
}
