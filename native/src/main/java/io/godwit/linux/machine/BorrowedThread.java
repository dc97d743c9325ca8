package io.godwit.linux.machine;

import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Registers.Name;
import io.godwit.linux.trace.Stop;
import io.godwit.linux.trace.Tracee;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A stopped thread that works for us for a while: its registers and its signal mask are kept and given back at the end. Meanwhile
 * all signals wait but SIGKILL, SIGSTOP and those of faults and traps: if such a one were blocked, the kernel would force it on
 * the thread by setting its action to the default. What arrives all the same is held up, and sent again at the end.
 *
 * <p>Whenever the instruction pointer is moved, orig_rax becomes -1: otherwise the kernel would take the thread for one in an
 * interrupted system call, and set the pointer back by the length of a syscall instruction.
 */
final class BorrowedThread {
    private static final int SYSCALL_STOP_SIGNAL_MASK = 0x7f;
    private static final int SIGCONT = 18;
    private static final int SIGSYS = 31;
    private static final Set<Integer> STOP_SIGNALS = Set.of(19, 20, 21, 22);
    private static final Set<Integer> FAULT_SIGNALS = Set.of(4, 7, 8, 11, SIGSYS);
    private static final int SIGINFO_NUMBER = 0;
    private static final int SIGINFO_CODE = 8;
    private static final long FLAGS_INTERRUPTS_ON = 0x202;
    /** The kernel's own: what is taken from a stack here faults in every process. */
    private static final long NO_STACK = -4096;

    private static final Name[] ARGUMENTS = {Name.RDI, Name.RSI, Name.RDX, Name.R10, Name.R8, Name.R9};
    private static final Name[] KEPT = {Name.CS, Name.SS, Name.DS, Name.ES, Name.FS, Name.GS, Name.FS_BASE, Name.GS_BASE
    };

    /** Between two looks at whether the caller has given up. */
    private static final long PATIENCE_NANOS = 10_000_000;

    /** The kernel's private codes of an interrupted call, include/linux/errno.h. */
    private static final int ERESTART_FIRST = 512;

    private static final int ERESTART_LAST = 516;

    private interface NextStop {
        Stop await() throws IOException;
    }

    private final Tracee tracee;
    private final Registers original;
    private final long originalMask;
    private final List<Integer> deferred = new ArrayList<>();
    private final List<Integer> children = new ArrayList<>();
    /** Those at the last SIGTRAP. */
    private Registers trapped;

    private BorrowedThread(Tracee tracee, Registers original, long originalMask) {
        this.tracee = tracee;
        this.original = original;
        this.originalMask = originalMask;
    }

    /** Takes a thread that stands in a signal stop or an event stop. */
    static BorrowedThread borrow(Tracee tracee) throws IOException {
        return borrow(tracee, Standing.of(tracee));
    }

    /** As {@link #borrow(Tracee)}, where the caller knows how the thread stands. */
    static BorrowedThread borrow(Tracee tracee, Standing standing) throws IOException {
        BorrowedThread thread = new BorrowedThread(tracee, standing.registers(), standing.signalMask());
        tracee.setSignalMask(~unblocked());
        return thread;
    }

    int tid() {
        return tracee.tid();
    }

    Registers original() {
        return original.copy();
    }

    long originalMask() {
        return originalMask;
    }

    /** The children that came to be since the last call, each attached by the kernel. */
    List<Integer> takeChildren() {
        List<Integer> taken = List.copyOf(children);
        children.clear();
        return taken;
    }

    /** Lets the thread run from an address with a stack and one argument. */
    void enter(long address, long stackTop, long argument) throws IOException {
        tracee.setRegisters(
                elsewhere(address).set(Name.RSP, stackTop).set(Name.RBP, 0).set(Name.RDI, argument));
        tracee.resume(0);
    }

    /**
     * Waits until the thread arrives at an address by a SIGTRAP.
     *
     * @return 0, or the signal of a fault that stopped it elsewhere
     */
    int awaitTrap(long address) throws IOException {
        return trap(address, this::awaitAlive);
    }

    /** As {@link #awaitTrap(long)}; once given up, system calls that block fail with EINTR. */
    int awaitTrap(long address, BooleanSupplier givenUp) throws IOException {
        return trap(address, () -> awaitAlive(givenUp));
    }

    private int trap(long address, NextStop next) throws IOException {
        while (true) {
            Stop stop = next.await();
            if (arrived(stop, address)) {
                return 0;
            }
            if (stop instanceof Stop.Signalled signalled && faulted(signalled.signal())) {
                return signalled.signal();
            }
            note(stop);
            tracee.resume(0);
        }
    }

    /** Runs one system call by a single step over a syscall instruction; gives the raw result. */
    long step(long instruction, int number, long... arguments) throws IOException {
        beginStep(instruction, number, arguments);
        return endStep(instruction);
    }

    /** Begins what {@link #step} does; {@link #endStep} must follow. */
    void beginStep(long instruction, int number, long... arguments) throws IOException {
        prepareCall(instruction, number, arguments);
        tracee.singleStep();
    }

    /** Waits for the end of the call that was begun, and gives the raw result. */
    long endStep(long instruction) throws IOException {
        while (pending(awaitAlive(), instruction)) {
            tracee.singleStep();
        }
        return trapped.rax();
    }

    /**
     * Begins one system call by an instruction after which {@link VdsoCode#pops the next takes from the stack}. There is none, so that the
     * thread stops by a fault there, and without single steps. {@link #endWithoutStack} must follow.
     */
    void beginWithoutStack(long instruction, int number, long... arguments) throws IOException {
        tracee.setRegisters(
                call(instruction, number, arguments).set(Name.RSP, NO_STACK).set(Name.RBP, NO_STACK));
        tracee.resume(0);
    }

    /** Waits for the end of the call that was begun, and gives the raw result. */
    long endWithoutStack(long instruction) throws IOException {
        Stop stop = awaitAlive();
        while (true) {
            if (stop instanceof Stop.Signalled signalled && faulted(signalled.signal())) {
                Registers registers = tracee.registers();
                // that of a seccomp filter also comes there, and the call was not made
                if (signalled.signal() != SIGSYS && registers.rip() == instruction + VdsoCode.SYSCALL_BYTES) {
                    return registers.rax();
                }
                throw faultedAtCall(instruction, signalled.signal());
            }
            note(stop);
            tracee.resume(0);
            stop = awaitAlive();
        }
    }

    /**
     * Runs one system call without a SIGTRAP signal, from its entry stop to its exit stop; gives the raw result. The thread must go
     * through {@link #settle} before its registers are given back.
     */
    long stepQuietly(long instruction, int number, long... arguments) throws IOException {
        prepareCall(instruction, number, arguments);
        for (int stops = 0; stops < 2; stops++) {
            Stop stop;
            do {
                tracee.resumeToSyscall();
                stop = awaitAlive();
            } while (pending(stop, instruction));
        }
        return trapped.rax();
    }

    /** Brings a thread from a syscall stop into an event stop, from where the kernel can restart the original call. */
    void settle() throws IOException {
        tracee.interrupt();
        tracee.resume(0);
        Stop stop = awaitAlive();
        while (!(stop instanceof Stop.Event event) || event.event() != Tracee.EVENT_STOP) {
            note(stop);
            tracee.resume(0);
            stop = awaitAlive();
        }
    }

    /** Gives the registers and the mask back, and sends again what was held up. The thread stays stopped. */
    void giveBack() throws IOException {
        tracee.setRegisters(original);
        tracee.setSignalMask(originalMask);
        for (int signal : deferred) {
            if (!STOP_SIGNALS.contains(signal) || !continuedSince()) {
                Kernel.check(
                        Kernel.syscall(Syscall.TKILL, tid(), signal),
                        "tkill",
                        "signal " + signal + " for thread " + tid());
            }
        }
        deferred.clear();
    }

    private void prepareCall(long instruction, int number, long... arguments) throws IOException {
        tracee.setRegisters(call(instruction, number, arguments).set(Name.RSP, original.rsp()));
    }

    private Registers call(long instruction, int number, long... arguments) {
        Registers registers = elsewhere(instruction).set(Name.RAX, number);
        for (int i = 0; i < arguments.length; i++) {
            registers.set(ARGUMENTS[i], arguments[i]);
        }
        return registers;
    }

    private Registers elsewhere(long address) {
        Registers registers = Registers.zero();
        for (Name name : KEPT) {
            registers.set(name, original.get(name));
        }
        return registers
                .set(Name.EFLAGS, FLAGS_INTERRUPTS_ON)
                .set(Name.ORIG_RAX, -1)
                .set(Name.RIP, address);
    }

    /** Whether the syscall instruction has still to be passed after this stop. */
    private boolean pending(Stop stop, long instruction) throws IOException {
        if (arrived(stop, instruction + VdsoCode.SYSCALL_BYTES)) {
            return false;
        }
        if (stop instanceof Stop.Signalled signalled && faulted(signalled.signal())) {
            throw faultedAtCall(instruction, signalled.signal());
        }
        note(stop);
        return true;
    }

    private IOException faultedAtCall(long instruction, int signal) {
        return new IOException("thread " + tid() + " got signal " + signal + " at its syscall instruction 0x"
                + Long.toHexString(instruction) + "; a seccomp filter that forbids the call does that");
    }

    private boolean arrived(Stop stop, long address) throws IOException {
        if (stop instanceof Stop.Signalled signalled
                && (signalled.signal() & SYSCALL_STOP_SIGNAL_MASK) == Tracee.SIGTRAP) {
            trapped = tracee.registers();
            return trapped.rip() == address;
        }
        return false;
    }

    private static long unblocked() {
        long bits = 1L << (Tracee.SIGTRAP - 1);
        for (int signal : FAULT_SIGNALS) {
            bits |= 1L << (signal - 1);
        }
        return bits;
    }

    /** The kernel's own signals have a code above zero; those of kill(2) and sigqueue(3) have not. */
    private boolean faulted(int signal) throws LinuxException {
        return FAULT_SIGNALS.contains(signal) && field(tracee.signalInfo(), SIGINFO_CODE) > 0;
    }

    private static int field(byte[] siginfo, int offset) {
        return ByteBuffer.wrap(siginfo).order(ByteOrder.LITTLE_ENDIAN).getInt(offset);
    }

    private void note(Stop stop) throws IOException {
        if (stop instanceof Stop.Signalled signalled) {
            deferred.add(signalled.signal());
        } else if (stop instanceof Stop.Event event
                && (event.event() == Tracee.EVENT_FORK
                        || event.event() == Tracee.EVENT_VFORK
                        || event.event() == Tracee.EVENT_CLONE)) {
            children.add((int) tracee.eventMessage());
        }
    }

    private Stop awaitAlive(BooleanSupplier givenUp) throws IOException {
        Optional<Stop> stop = tracee.await(PATIENCE_NANOS);
        while (stop.isEmpty() && !givenUp.getAsBoolean()) {
            stop = tracee.await(PATIENCE_NANOS);
        }
        if (stop.isPresent()) {
            return alive(stop.get());
        }
        tracee.interrupt();
        Stop interrupted = awaitAlive();
        Registers registers = tracee.registers();
        if (registers.origRax() >= 0 && registers.rax() <= -ERESTART_FIRST && registers.rax() >= -ERESTART_LAST) {
            tracee.setRegisters(registers.set(Name.RAX, -Errno.EINTR.value()).set(Name.ORIG_RAX, -1));
        }
        return interrupted;
    }

    private Stop awaitAlive() throws IOException {
        return alive(tracee.await());
    }

    private Stop alive(Stop stop) throws IOException {
        if (stop instanceof Stop.Killed killed) {
            throw MachineException.died(tid(), "was killed by signal " + killed.signal());
        }
        if (stop instanceof Stop.Exited exited) {
            throw MachineException.died(tid(), "exited with status " + exited.code());
        }
        return stop;
    }

    /** A SIGCONT that still waits came after the stop signal, for each kind of the two removes the other. */
    private boolean continuedSince() throws LinuxException {
        List<byte[]> queue = new ArrayList<>(tracee.pendingSignals(true));
        queue.addAll(tracee.pendingSignals(false));
        return queue.stream().anyMatch(signal -> field(signal, SIGINFO_NUMBER) == SIGCONT);
    }
}
