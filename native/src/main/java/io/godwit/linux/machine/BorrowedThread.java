package io.godwit.linux.machine;

import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.linux.trace.InterruptedCall;
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
 * all signals wait but SIGKILL, SIGSTOP, the one by which it tells that it is through, and those of faults and traps: if such a one were
 * blocked, the kernel would force it on the thread by setting its action to the default. What arrives all the same is held up, and sent again at the end.
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
    private static final Name[] ARGUMENTS = {Name.RDI, Name.RSI, Name.RDX, Name.R10, Name.R8, Name.R9};
    private static final Name[] KEPT = {Name.CS, Name.SS, Name.DS, Name.ES, Name.FS, Name.GS, Name.FS_BASE, Name.GS_BASE
    };

    /** Between two looks at whether the caller has given up. */
    private static final long PATIENCE_NANOS = 10_000_000;

    private interface NextStop {
        Stop await() throws IOException;
    }

    private final Tracee tracee;
    private final Standing standing;
    private final int signal;
    private final List<Integer> deferred = new ArrayList<>();
    private final List<Integer> children = new ArrayList<>();
    /** Those at the last stop by the signal. */
    private Registers stopped;

    private boolean masked;

    /**
     * A thread that stands in a signal stop or an event stop.
     *
     * @param standing how it stands
     * @param signal by which it stops when it has done what it was to; it is not blocked
     */
    BorrowedThread(Tracee tracee, Standing standing, int signal) {
        this.tracee = tracee;
        this.standing = standing;
        this.signal = signal;
    }

    int tid() {
        return tracee.tid();
    }

    /** How it stood, and will again. */
    Standing standing() {
        return standing;
    }

    /** The children that came to be since the last call, each attached by the kernel. */
    List<Integer> takeChildren() {
        List<Integer> taken = List.copyOf(children);
        children.clear();
        return taken;
    }

    /** Lets the thread run a program of the machine. */
    void enter(long address, long stackTop, long arena, long exit) throws IOException {
        send(elsewhere(address).set(Name.RSP, stackTop).set(Name.RDI, arena).set(Name.RBX, exit));
        tracee.resume(0);
    }

    /**
     * Waits until the thread stands in a place by the signal, or by a trap.
     *
     * @return 0, or the signal of a fault that stopped it elsewhere
     */
    int awaitStop(StopPlace place) throws IOException {
        return stop(place, this::awaitAlive);
    }

    /** As {@link #awaitStop(StopPlace)}; once given up, system calls that block fail with EINTR. */
    int awaitStop(StopPlace place, BooleanSupplier givenUp) throws IOException {
        return stop(place, () -> awaitAlive(givenUp));
    }

    private int stop(StopPlace place, NextStop next) throws IOException {
        while (true) {
            Stop stop = next.await();
            if (arrived(stop, place)) {
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
        return stopped.rax();
    }

    /** Begins one system call at the beginning of a {@link WayHome}; {@link #endCall} must follow. */
    void beginCall(long way, int number, long... arguments) throws IOException {
        prepareCall(way, number, arguments);
        tracee.resume(0);
    }

    /** Waits for the end of the call that was begun, and gives the raw result. */
    long endCall(long way) throws IOException {
        int fault = awaitStop(WayHome.stop(way));
        if (fault != 0) {
            throw faultedAtCall(way, fault);
        }
        return stopped.get(Name.RBX);
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
        return stopped.rax();
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

    /** Gives the mask and the registers back, and sends again what was held up. The thread stays stopped. */
    void giveBack() throws IOException {
        tracee.setSignalMask(standing.signalMask());
        tracee.setRegisters(standing.registers());
        masked = false;
        for (int held : deferred) {
            if (!STOP_SIGNALS.contains(held) || !continuedSince()) {
                Kernel.check(
                        Kernel.syscall(Syscall.TKILL, tid(), held), "tkill", "signal " + held + " for thread " + tid());
            }
        }
        deferred.clear();
    }

    private void prepareCall(long instruction, int number, long... arguments) throws IOException {
        Registers registers =
                elsewhere(instruction).set(Name.RSP, standing.registers().rsp()).set(Name.RAX, number);
        for (int i = 0; i < arguments.length; i++) {
            registers.set(ARGUMENTS[i], arguments[i]);
        }
        send(registers);
    }

    /** The mask changes when there is a way home, and not before: it is given back there. */
    private void send(Registers registers) throws IOException {
        tracee.setRegisters(registers);
        if (!masked) {
            tracee.setSignalMask(~unblocked());
            masked = true;
        }
    }

    private Registers elsewhere(long address) {
        Registers registers = Registers.zero();
        for (Name name : KEPT) {
            registers.set(name, standing.registers().get(name));
        }
        return registers
                .set(Name.EFLAGS, FLAGS_INTERRUPTS_ON)
                .set(Name.ORIG_RAX, -1)
                .set(Name.RIP, address);
    }

    /** Whether the syscall instruction has still to be passed after this stop. */
    private boolean pending(Stop stop, long instruction) throws IOException {
        if (arrived(stop, StopPlace.byTrap(instruction + VdsoCode.SYSCALL_BYTES))) {
            return false;
        }
        if (stop instanceof Stop.Signalled signalled && faulted(signalled.signal())) {
            throw faultedAtCall(instruction, signalled.signal());
        }
        note(stop);
        return true;
    }

    private IOException faultedAtCall(long instruction, int fault) {
        return new IOException("thread " + tid() + " got signal " + fault + " at its syscall instruction 0x"
                + Long.toHexString(instruction) + "; a seccomp filter that forbids the call does that");
    }

    private boolean arrived(Stop stop, StopPlace place) throws IOException {
        if (stop instanceof Stop.Signalled signalled) {
            int got = signalled.signal() & SYSCALL_STOP_SIGNAL_MASK;
            if (got == signal || got == Tracee.SIGTRAP) {
                stopped = tracee.registers();
                return stopped.rip() == (got == signal ? place.bySignal() : place.byTrap());
            }
        }
        return false;
    }

    private long unblocked() {
        long bits = 1L << (Tracee.SIGTRAP - 1) | 1L << (signal - 1);
        for (int fault : FAULT_SIGNALS) {
            bits |= 1L << (fault - 1);
        }
        return bits;
    }

    /** The kernel's own signals have a code above zero; those of kill(2) and sigqueue(3) have not. */
    private boolean faulted(int got) throws LinuxException {
        return FAULT_SIGNALS.contains(got) && field(tracee.signalInfo(), SIGINFO_CODE) > 0;
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
        if (InterruptedCall.is(registers)) {
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
