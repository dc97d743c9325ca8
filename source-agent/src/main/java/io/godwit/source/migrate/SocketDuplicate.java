package io.godwit.source.migrate;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.page.client.SocketWriter;

/** Writes to a socket by a duplicate of its descriptor. */
final class SocketDuplicate implements SocketWriter {
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** One for the thread that reads, and one for all others of the host. */
    private static final int FEW_PROCESSORS = 2;

    private final Fd fd;

    private SocketDuplicate(Fd fd) {
        this.fd = fd;
    }

    /** Where there are processors to spare, the thread that reads does not wait for what another one can do at the same time. */
    static SocketWriter whereItPays(int descriptor) throws LinuxException {
        return Runtime.getRuntime().availableProcessors() > FEW_PROCESSORS ? SocketWriter.NONE : of(descriptor);
    }

    static SocketWriter of(int descriptor) throws LinuxException {
        long copy = Kernel.syscall(Syscall.FCNTL, descriptor, Descriptors.F_DUPFD_CLOEXEC, 0);
        return new SocketDuplicate(Fd.of(Kernel.check(copy, "fcntl(F_DUPFD_CLOEXEC)", "the connection to the target")));
    }

    @Override
    public int write(long address, int bytes) {
        long taken = Kernel.syscall(Syscall.SENDTO, fd.number(), address, bytes, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
        return (int) Math.max(0, taken);
    }

    @Override
    public void close() {
        fd.close();
    }
}
