package io.godwit.e2e.fuzz;

import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.nio.ByteBuffer;
import java.util.List;

/** Sends bytes with any number of descriptors (SCM_RIGHTS of unix(7)). */
final class PassedDescriptors {
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int IOVEC_AT = 56;
    private static final int CONTROL_AT = 72;
    private static final int CONTROL_HEADER = 16;

    private PassedDescriptors() {}

    static void send(Fd socket, byte[] bytes, List<Fd> passed) throws LinuxException {
        int control = CONTROL_HEADER + passed.size() * Integer.BYTES;
        int bytesAt = CONTROL_AT + (control + 7 & -8);
        NativeMemory memory = NativeMemory.allocate(bytesAt + Math.max(1, bytes.length));
        ByteBuffer m = memory.buffer();
        m.putLong(16, memory.address() + IOVEC_AT).putLong(24, 1);
        m.putLong(IOVEC_AT, memory.address() + bytesAt).putLong(IOVEC_AT + 8, bytes.length);
        if (!passed.isEmpty()) {
            m.putLong(32, memory.address() + CONTROL_AT).putLong(40, control);
            m.putLong(CONTROL_AT, control).putInt(CONTROL_AT + 8, SOL_SOCKET).putInt(CONTROL_AT + 12, SCM_RIGHTS);
            for (int i = 0; i < passed.size(); i++) {
                m.putInt(
                        CONTROL_AT + CONTROL_HEADER + i * Integer.BYTES,
                        passed.get(i).number());
            }
        }
        m.put(bytesAt, bytes);
        Kernel.check(
                memory.during(Kernel.syscall(Syscall.SENDMSG, socket.number(), memory.address(), MSG_NOSIGNAL)),
                "sendmsg",
                socket.toString());
    }
}
