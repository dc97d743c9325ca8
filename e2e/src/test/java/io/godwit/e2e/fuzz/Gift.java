package io.godwit.e2e.fuzz;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.memory.MissingPages;
import java.lang.ref.Reference;
import java.util.List;

/** Descriptors that a stranger may pass where a userfaultfd is due. */
enum Gift {
    NOTHING,
    /** As it should be, but that nothing is registered with it. */
    AGREED,
    /** Without the flag by which reads do not wait. */
    AGREED_WAITING,
    NOT_AGREED,
    NULL_DEVICE,
    DIRECTORY,
    EMPTY_PIPE,
    FULL_PIPE,
    EVENTS,
    PROCESS;

    private static final int UFFD_USER_MODE_ONLY = 1;
    private static final int PIPE_BYTES = 4096;

    /** New ones, for the caller to close. */
    List<Fd> open() throws LinuxException {
        return switch (this) {
            case NOTHING -> List.of();
            case AGREED -> List.of(agreed(Descriptors.O_NONBLOCK));
            case AGREED_WAITING -> List.of(agreed(0));
            case NOT_AGREED -> List.of(userfaultfd(Descriptors.O_NONBLOCK));
            case NULL_DEVICE -> List.of(Descriptors.open("/dev/null", Descriptors.O_RDWR, 0));
            case DIRECTORY -> List.of(Descriptors.open("/", Descriptors.O_RDONLY, 0));
            case EMPTY_PIPE -> List.of(Descriptors.pipe(Descriptors.O_CLOEXEC));
            case FULL_PIPE -> List.of(fullPipe());
            case EVENTS -> List.of(eventfd());
            case PROCESS ->
                List.of(Descriptors.pidfdOpen((int) ProcessHandle.current().pid()));
        };
    }

    private static Fd agreed(int flags) throws LinuxException {
        Fd fd = userfaultfd(flags);
        // the kernel agrees once, so that the number stays with the caller
        MissingPages.agree(Fd.of(fd.number()));
        return fd;
    }

    private static Fd userfaultfd(int flags) throws LinuxException {
        long fd = Kernel.syscall(Syscall.USERFAULTFD, flags | Descriptors.O_CLOEXEC | UFFD_USER_MODE_ONLY);
        return Fd.of(Kernel.check(fd, "userfaultfd", "this process"));
    }

    private static Fd[] fullPipe() throws LinuxException {
        Fd[] ends = Descriptors.pipe(Descriptors.O_CLOEXEC);
        NativeMemory page = NativeMemory.allocate(PIPE_BYTES);
        Descriptors.writeFully(ends[1], page.address(), PIPE_BYTES);
        Reference.reachabilityFence(page);
        return ends;
    }

    private static Fd eventfd() throws LinuxException {
        return Fd.of(
                Kernel.check(Kernel.syscall(Syscall.EVENTFD2, 1, Descriptors.O_CLOEXEC), "eventfd", "this process"));
    }
}
