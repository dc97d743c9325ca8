package io.godwit.linux.memory;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.nio.ByteBuffer;

/**
 * Write protection of another process's pages in asynchronous mode: the kernel lets each first write
 * through and remembers it, and no thread of the process waits for us (ioctl_userfaultfd(2)). The
 * protection goes when this descriptor is closed.
 */
public final class UserFaultFd implements AutoCloseable {
    /** Without this a process that has no CAP_SYS_PTRACE may not make one (vm.unprivileged_userfaultfd). */
    private static final int USER_MODE_ONLY = 1;

    /**
     * Flags for userfaultfd(2) when it is called in the process to track. The mode for users' faults only is
     * no loss: in asynchronous mode the kernel's own writes, as by read(2), pass and are remembered too.
     */
    public static final int OPEN_FLAGS = Descriptors.O_CLOEXEC | Descriptors.O_NONBLOCK | USER_MODE_ONLY;

    private static final long UFFDIO_API = 0xc018aa3fL;
    private static final long UFFDIO_UNREGISTER = 0x8010aa01L;
    private static final long UFFDIO_COPY = 0xc028aa03L;
    private static final long UFFDIO_REGISTER = 0xc020aa00L;
    private static final long API = 0xaa;
    private static final long WP_UNPOPULATED = 1 << 13;
    private static final long WP_ASYNC = 1 << 15;
    private static final long MODE_WP = 2;
    private static final long MODE_DONTWAKE = 1;

    private final Fd fd;
    private final NativeMemory argument = NativeMemory.allocate(32);

    private UserFaultFd(Fd fd) {
        this.fd = fd;
    }

    /**
     * Agrees with the kernel on the features.
     *
     * @param fd a new userfaultfd of the process to track; owned by the result, closed if there is none
     */
    public static UserFaultFd of(Fd fd) throws LinuxException {
        UserFaultFd uffd = new UserFaultFd(fd);
        ByteBuffer a = uffd.argument.buffer();
        a.putLong(0, API);
        a.putLong(8, WP_UNPOPULATED | WP_ASYNC);
        a.putLong(16, 0);
        try {
            Kernel.check(
                    Kernel.syscall(Syscall.IOCTL, fd.number(), UFFDIO_API, uffd.argument.address()),
                    "ioctl(UFFDIO_API)",
                    "a userfaultfd",
                    "asynchronous write protection needs Linux 6.7 or later");
            return uffd;
        } catch (LinuxException e) {
            uffd.close();
            throw e;
        }
    }

    /** One of this process's own memory. */
    public static UserFaultFd ofThisProcess() throws LinuxException {
        long fd = Kernel.syscall(Syscall.USERFAULTFD, OPEN_FLAGS);
        return of(Fd.of(Kernel.check(fd, "userfaultfd", "this process")));
    }

    /**
     * One that has agreed with the kernel before.
     *
     * @param fd owned by the result
     */
    public static UserFaultFd again(Fd fd) {
        return new UserFaultFd(fd);
    }

    /** What holds the protection. */
    public Fd descriptor() {
        return fd;
    }

    /**
     * Registers a range for write protection; it starts unprotected, so all of it counts as written.
     *
     * @return false if the kernel can not track this kind of mapping, or another userfaultfd has it
     */
    public boolean register(long start, long end) throws LinuxException {
        long result = tryRegister(start, end);
        if (result == -Errno.EINVAL.value() || result == -Errno.EPERM.value() || result == -Errno.EBUSY.value()) {
            return false;
        }
        Kernel.check(result, "ioctl(UFFDIO_REGISTER)", String.format("0x%x-0x%x", start, end));
        return true;
    }

    /** Takes a registration back, so that the range counts as one that was never registered. */
    public void unregister(long start, long end) {
        ByteBuffer a = argument.buffer();
        a.putLong(0, start);
        a.putLong(8, end - start);
        Kernel.syscall(Syscall.IOCTL, fd.number(), UFFDIO_UNREGISTER, argument.address());
    }

    /** Whether another userfaultfd has a mapping; if not, it is registered here, as far as it is still there and can be. */
    public boolean takenByAnother(long start, long end) {
        return tryRegister(start, end) == -Errno.EBUSY.value();
    }

    private long tryRegister(long start, long end) {
        ByteBuffer a = argument.buffer();
        a.putLong(0, start);
        a.putLong(8, end - start);
        a.putLong(16, MODE_WP);
        a.putLong(24, 0);
        return Kernel.syscall(Syscall.IOCTL, fd.number(), UFFDIO_REGISTER, argument.address());
    }

    /** Gives the process pages that it does not have yet, in ranges that are registered. Used by one thread. */
    public final class PageGiver {
        private final NativeMemory copy = NativeMemory.allocate(40);

        private PageGiver() {}

        /**
         * Makes pages from contents: the kernel neither clears them first nor takes a fault for each.
         *
         * @param local where the contents are in this process
         * @return how many bytes were given; it ends at a page that is there already, or where this can not be done
         */
        public long give(long start, long local, long bytes) {
            ByteBuffer a = copy.buffer();
            a.putLong(0, start);
            a.putLong(8, local);
            a.putLong(16, bytes);
            a.putLong(24, MODE_DONTWAKE);
            a.putLong(32, 0);
            copy.during(Kernel.syscall(Syscall.IOCTL, fd.number(), UFFDIO_COPY, copy.address()));
            return Math.max(0, a.getLong(32));
        }
    }

    /** For one thread more. */
    public PageGiver giver() {
        return new PageGiver();
    }

    @Override
    public void close() {
        fd.close();
    }
}
