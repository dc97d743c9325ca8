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
    private static final int LOAD_AND_SYSCALL_BYTES = 7;
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
            return registers.copy();
        }
        OptionalLong call = registers.origRax() == Syscall.RESTART_SYSCALL
                ? restarted(registers.rip(), code)
                : OptionalLong.of(registers.origRax());
        return call.isPresent()
                ? InterruptedCall.replaced(registers, call.getAsLong())
                : registers.copy().set(Name.RAX, -EINTR);
    }

    /**
     * The call that a thread makes which was interrupted before: the kernel has put restart_syscall(2) in the
     * place of its number, which another kernel knows nothing of. The instruction that loaded the number tells.
     */
    private static OptionalLong restarted(long rip, Code code) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(code.read(rip - LOAD_AND_SYSCALL_BYTES, LOAD_AND_SYSCALL_BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN);
            int number = bytes.getInt(1);
            boolean known = (bytes.get(0) & 0xff) == LOAD_EAX
                    && bytes.getShort(5) == SYSCALL_INSTRUCTION
                    && WITH_RESTART_BLOCK.contains(number);
            return known ? OptionalLong.of(number) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
