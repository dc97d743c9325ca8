package io.godwit.linux.file;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Who has a file open for writing. A child that another thread starts has what this process has open, from its fork to its exec, and
 * meanwhile a program that was just written can not be executed (ETXTBSY of execve(2)).
 */
public final class Writers {
    private static final int F_SETLEASE = 1024;
    private static final int F_RDLCK = 0;
    private static final long LOOK_NANOS = 200_000;

    private Writers() {}

    /**
     * Waits until nobody has; the file is this user's. The kernel tells by whether it grants a lease for reading (fcntl(2)), which is
     * given back at once; on a file system without leases nobody is waited for.
     *
     * @return whether nobody has it open any more
     */
    public static boolean awaitNone(Path file, Duration patience) throws LinuxException {
        long deadline = System.nanoTime() + patience.toNanos();
        try (Fd fd = Descriptors.open(file.toString(), Descriptors.O_RDONLY, 0)) {
            while (Kernel.syscall(Syscall.FCNTL, fd.number(), F_SETLEASE, F_RDLCK) == -Errno.EAGAIN.value()) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                LockSupport.parkNanos(LOOK_NANOS);
            }
            return true;
        }
    }
}
