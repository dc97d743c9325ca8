package io.godwit.linux.machine;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.trace.InterruptedCall;
import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Registers.Name;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Code (way_home.S) that a borrowed thread of a process runs through after what it was made to do: it sends itself a signal, by which it stops
 * if it has a tracer. If it has none any more, it takes its signal mask and registers back, and goes on as if nothing had happened.
 */
final class WayHome {
    /** Where a program returns to. At 0 is an instruction {@code syscall}, for one call without a program; its result is in rbx then. */
    static final int REPORT_OFFSET = 8;

    private static final int STOP_OFFSET = 32;
    private static final int TRAP_OFFSET = 37;
    private static final int TABLE_OFFSET = 208;

    private static final int PAGE_BYTES = 4096;
    /** Those that the code takes back from the end of its table, in the order of user_regs_struct. */
    private static final int GENERAL_REGISTERS = Name.RDI.ordinal() + 1;

    private WayHome() {}

    /** How many bytes it takes, a multiple of 16. */
    static int bytes() {
        return MachineImage.wayHomeBytes();
    }

    /** Where a thread stands that has come to the way at this address and has stopped; by a trap if it could not send the signal. */
    static StopPlace stop(long way) {
        return new StopPlace(way + STOP_OFFSET, way + TRAP_OFFSET);
    }

    /** The code, for any place that may be executed whose end is that of a page. */
    static byte[] code(Standing home, int signal) {
        byte[] code = MachineImage.wayHome();
        Registers registers = restarting(home.registers());
        ByteBuffer table = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).position(TABLE_OFFSET);
        table.putLong(signal)
                .putLong(home.signalMask())
                .putLong(registers.get(Name.EFLAGS))
                .putLong(registers.rsp())
                .putLong(registers.rip());
        for (int i = 0; i < GENERAL_REGISTERS; i++) {
            table.putLong(registers.get(Name.values()[i]));
        }
        return code;
    }

    /**
     * Where a thread goes that stands on such a way, as its tracer has died and the process is stopped by a signal: it is not to be led away
     * from there, for a way is made anew for the next tracer.
     *
     * @param registers as the thread stands
     */
    static Optional<Standing> goal(int tid, Registers registers) throws IOException {
        long start = registers.rip() | PAGE_BYTES - 1;
        start = start + 1 - bytes();
        if (registers.rip() < start || registers.rip() >= start + TABLE_OFFSET) {
            return Optional.empty();
        }
        byte[] there = there(tid, start);
        if (!Arrays.equals(there, 0, TABLE_OFFSET, MachineImage.wayHome(), 0, TABLE_OFFSET)) {
            return Optional.empty();
        }
        ByteBuffer table = ByteBuffer.wrap(there).order(ByteOrder.LITTLE_ENDIAN).position(TABLE_OFFSET + Long.BYTES);
        long mask = table.getLong();
        Registers goal = registers
                .copy()
                .set(Name.ORIG_RAX, -1)
                .set(Name.EFLAGS, table.getLong())
                .set(Name.RSP, table.getLong())
                .set(Name.RIP, table.getLong());
        for (int i = 0; i < GENERAL_REGISTERS; i++) {
            goal.set(Name.values()[i], table.getLong());
        }
        return Optional.of(new Standing(interrupted(tid, goal), mask));
    }

    /** What is where a way could be; nothing that is one if there is no memory, or none that may be read. */
    private static byte[] there(int tid, long start) throws IOException {
        try {
            return new ProcessMemory(tid).bytes(start, bytes());
        } catch (LinuxException e) {
            if (e.errno() == Errno.ESRCH) {
                throw e;
            }
            return new byte[bytes()];
        }
    }

    /** Undoes {@link #restarting} where it says less than the registers did: which call it was that the kernel knows how to go on with. */
    private static Registers interrupted(int tid, Registers goal) {
        return goal.rax() == Syscall.RESTART_SYSCALL && VdsoCode.isSyscall(tid, goal.rip())
                ? InterruptedCall.byRestartBlock(goal)
                : goal;
    }

    /** As the kernel does it for a thread that leaves an interrupted system call without a signal handler. */
    static Registers restarting(Registers registers) {
        if (!InterruptedCall.is(registers)) {
            return registers;
        }
        return InterruptedCall.replaced(
                registers, InterruptedCall.goesOn(registers) ? Syscall.RESTART_SYSCALL : registers.origRax());
    }
}
