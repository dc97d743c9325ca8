package io.godwit.linux.check;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.io.IOException;

/** Tries system calls that leave no trace. */
final class CallProbes {
    private static final int PAGE = 4096;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MREMAP_MAYMOVE_FIXED = 3;
    private static final int CLOCK_MONOTONIC = 1;
    private static final long TFD_IOC_SET_TICKS = 0x40085400L;
    private static final int ARCH_MAP_VDSO_32 = 0x2002;
    private static final int ARCH_MAP_VDSO_64 = 0x2003;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLLIN = 1;
    private static final int KCMP_EPOLL_TFD = 7;
    private static final int MFD_HUGETLB = 4;
    private static final int MOVE_MOUNT_SET_GROUP = 0x100;
    private static final int AT_FDCWD = -100;
    private static final int OPEN_HOW_BYTES = 24;
    private static final int O_CLOEXEC_NONBLOCK = Descriptors.O_CLOEXEC | Descriptors.O_NONBLOCK;
    private static final long UFFDIO_API = 0xc018aa3fL;
    private static final long UFFD_API = 0xaa;
    private static final int UFFD_API_BYTES = 24;
    private static final long FORK_REMAP_REMOVE_UNMAP_EVENTS = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 6;

    private CallProbes() {}

    /** Moves the ring of a context elsewhere, by which the kernel must know it then. */
    static String aioRemap(Subject subject) throws LinuxException {
        NativeMemory context = NativeMemory.allocate(Long.BYTES);
        long set = context.during(Kernel.syscall(Syscall.IO_SETUP, 1, context.address()));
        Kernel.check(set, "io_setup", "one request");
        long ring = context.buffer().getLong(0);
        long room = Kernel.syscall(Syscall.MMAP, 0, PAGE, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
        long moved = Kernel.syscall(Syscall.MREMAP, ring, PAGE, PAGE, MREMAP_MAYMOVE_FIXED, room);
        Kernel.syscall(Syscall.IO_DESTROY, Kernel.failed(moved) ? ring : moved);
        Kernel.check(moved, "mremap", "the ring of an asynchronous I/O context");
        return "";
    }

    static String timerFd(Subject subject) throws LinuxException {
        try (Fd timer = Fd.of(Kernel.check(
                Kernel.syscall(Syscall.TIMERFD_CREATE, CLOCK_MONOTONIC, 0), "timerfd_create", "a timer"))) {
            NativeMemory ticks = NativeMemory.allocate(Long.BYTES);
            ticks.buffer().putLong(0, 1);
            ticks.during(Descriptors.ioctl(timer, TFD_IOC_SET_TICKS, ticks.address(), "TFD_IOC_SET_TICKS"));
            return "";
        }
    }

    static String mapVdso(Subject subject) throws LinuxException {
        return vdso(ARCH_MAP_VDSO_64);
    }

    static String mapVdso32(Subject subject) throws LinuxException {
        return vdso(ARCH_MAP_VDSO_32);
    }

    /** A process has its vdso already: the kernel complains of that, where it has the call. */
    private static String vdso(int kind) throws LinuxException {
        long result = Kernel.syscall(Syscall.ARCH_PRCTL, kind, 0);
        if (result != -Errno.EEXIST.value()) {
            Kernel.check(result, "arch_prctl(ARCH_MAP_VDSO)", "this process");
        }
        return "";
    }

    static String kcmpEpoll(Subject subject) throws LinuxException {
        Fd[] pipe = Descriptors.pipe(Descriptors.O_CLOEXEC);
        pipe[1].close();
        try (Fd read = pipe[0];
                Fd epoll = Fd.of(Kernel.check(
                        Kernel.syscall(Syscall.EPOLL_CREATE1, Descriptors.O_CLOEXEC), "epoll_create1", "an epoll"))) {
            NativeMemory event = NativeMemory.allocate(16);
            event.buffer().putInt(0, EPOLLIN);
            long added = event.during(
                    Kernel.syscall(Syscall.EPOLL_CTL, epoll.number(), EPOLL_CTL_ADD, read.number(), event.address()));
            Kernel.check(added, "epoll_ctl", "a pipe");
            NativeMemory slot = NativeMemory.allocate(16);
            slot.buffer().putInt(0, epoll.number()).putInt(4, read.number());
            long self = ProcessHandle.current().pid();
            long result = slot.during(
                    Kernel.syscall(Syscall.KCMP, self, self, KCMP_EPOLL_TFD, read.number(), slot.address()));
            Kernel.check(result, "kcmp(KCMP_EPOLL_TFD)", "this process");
            return "";
        }
    }

    static String memfdHugePages(Subject subject) throws LinuxException {
        Descriptors.memfdCreate("godwit-check", MFD_HUGETLB).close();
        return "";
    }

    /** A flag that the kernel does not know is refused before the paths are looked at. */
    static String moveMountSetGroup(Subject subject) throws LinuxException {
        NativeMemory empty = NativeMemory.string("");
        long result = empty.during(
                Kernel.syscall(Syscall.MOVE_MOUNT, -1, empty.address(), -1, empty.address(), MOVE_MOUNT_SET_GROUP));
        if (result != -Errno.ENOENT.value() && result != -Errno.EBADF.value()) {
            Kernel.check(result, "move_mount(MOVE_MOUNT_SET_GROUP)", "nothing");
        }
        return "";
    }

    static String openat2(Subject subject) throws LinuxException {
        NativeMemory path = NativeMemory.string("/proc/self/status");
        NativeMemory how = NativeMemory.allocate(OPEN_HOW_BYTES);
        long fd = path.during(
                how.during(Kernel.syscall(Syscall.OPENAT2, AT_FDCWD, path.address(), how.address(), OPEN_HOW_BYTES)));
        Fd.of(Kernel.check(fd, "openat2", "/proc/self/status")).close();
        return "";
    }

    static String userFaults(Subject subject) throws IOException {
        return userFaults(0);
    }

    static String userFaultEvents(Subject subject) throws IOException {
        return userFaults(FORK_REMAP_REMOVE_UNMAP_EVENTS);
    }

    private static String userFaults(long features) throws IOException {
        long fd = Kernel.syscall(Syscall.USERFAULTFD, O_CLOEXEC_NONBLOCK);
        try (Fd uffd = Fd.of(Kernel.check(fd, "userfaultfd", "this process"))) {
            NativeMemory api = NativeMemory.allocate(UFFD_API_BYTES);
            api.buffer().putLong(0, UFFD_API).putLong(Long.BYTES, features);
            Descriptors.ioctl(uffd, UFFDIO_API, api.address(), "UFFDIO_API");
            FileProbes.expect((api.buffer().getLong(Long.BYTES) & features) == features, "not all events are told");
            return "";
        }
    }
}
