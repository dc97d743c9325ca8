package io.godwit.source.freeze;

import io.godwit.linux.Syscall;
import io.godwit.linux.trace.InterruptedCall;
import io.godwit.linux.trace.Registers;
import io.godwit.linux.trace.Registers.Name;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A thread that was stopped in a blocking system call carries one of the kernel's private restart codes.
 * The kernel acts on it when the thread goes on, but only there: for another kernel, the registers are
 * set back so that the thread makes the call again. A call with a relative timeout waits for the whole
 * of it again, since what was left is known to the old kernel alone. Where the call can not be told any more,
 * it fails with EINTR.
 */
public final class SyscallRestart {
    private static final int EINTR = 4;
    private static final int LOAD_BYTES = 5;
    private static final int SYSCALL_BYTES = 2;
    private static final int LOAD_EAX = 0xb8;
    private static final int SYSCALL_INSTRUCTION = 0x050f;
    private static final Set<Integer> WITH_RESTART_BLOCK =
            Set.of(Syscall.POLL, Syscall.NANOSLEEP, Syscall.FUTEX, Syscall.CLOCK_NANOSLEEP);

    private SyscallRestart() {}

    /** The code of a process. */
    public interface Code {
        byte[] read(long address, int bytes) throws IOException;
    }

    /** The registers with which a thread goes on elsewhere. */
    public static Registers portable(Registers registers, Code code) {
        return again(registers, code).set(Name.ORIG_RAX, -1);
    }

    private static Registers again(Registers registers, Code code) {
        if (!InterruptedCall.is(registers)) {
            return registers.rax() == Syscall.RESTART_SYSCALL ? notRestarted(registers, code) : registers.copy();
        }
        OptionalLong call = registers.origRax() == Syscall.RESTART_SYSCALL
                ? restarted(registers.rip() - SYSCALL_BYTES, code)
                : OptionalLong.of(registers.origRax());
        return call.isPresent()
                ? InterruptedCall.replaced(registers, call.getAsLong())
                : registers.copy().set(Name.RAX, -EINTR);
    }

    /** Those of a thread that was stopped again just before it would have made the call that restarts another. */
    private static Registers notRestarted(Registers registers, Code code) {
        if (!isSyscall(registers.rip(), code)) {
            return registers.copy();
        }
        OptionalLong call = restarted(registers.rip(), code);
        if (call.isPresent()) {
            return registers.copy().set(Name.RAX, call.getAsLong());
        }
        return WITH_RESTART_BLOCK.contains((int) registers.origRax())
                ? registers.copy().set(Name.RAX, registers.origRax())
                : registers.copy().set(Name.RAX, -EINTR).set(Name.RIP, registers.rip() + SYSCALL_BYTES);
    }

    /**
     * The call that a thread makes which was interrupted before: the kernel has put restart_syscall(2) in the
     * place of its number, which another kernel knows nothing of. The instruction that loaded the number tells.
     *
     * @param rip of the instruction that makes the call
     */
    private static OptionalLong restarted(long rip, Code code) {
        try {
            ByteBuffer load =
                    ByteBuffer.wrap(code.read(rip - LOAD_BYTES, LOAD_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
            int number = load.getInt(1);
            boolean known =
                    (load.get(0) & 0xff) == LOAD_EAX && isSyscall(rip, code) && WITH_RESTART_BLOCK.contains(number);
            return known ? OptionalLong.of(number) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private static boolean isSyscall(long rip, Code code) {
        try {
            byte[] instruction = code.read(rip, SYSCALL_BYTES);
            return ByteBuffer.wrap(instruction).order(ByteOrder.LITTLE_ENDIAN).getShort(0) == SYSCALL_INSTRUCTION;
        } catch (IOException e) {
            return false;
        }
    }
}
