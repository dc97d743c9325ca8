package io.godwit.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Calls that make descriptors and act on them. Every descriptor made here is close-on-exec. */
public final class Descriptors {
    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_ACCMODE = 3;
    public static final int O_CREAT = 0100;
    public static final int O_EXCL = 0200;
    public static final int O_NOCTTY = 0400;
    public static final int O_TRUNC = 01000;
    public static final int O_APPEND = 02000;
    public static final int O_NONBLOCK = 04000;
    public static final int O_DIRECT = 040000;
    public static final int O_DIRECTORY = 0200000;
    public static final int O_NOFOLLOW = 0400000;
    public static final int O_CLOEXEC = 02000000;
    public static final int O_PATH = 010000000;
    public static final int F_SETFD = 2;
    public static final int F_GETFL = 3;
    public static final int F_SETFL = 4;
    public static final int F_SETOWN = 8;
    public static final int F_SETSIG = 10;
    public static final int F_GETSIG = 11;
    public static final int F_SETOWN_EX = 15;
    public static final int F_GETOWN_EX = 16;
    public static final int F_DUPFD_CLOEXEC = 1030;
    public static final int F_SETPIPE_SZ = 1031;
    public static final int F_GETPIPE_SZ = 1032;
    public static final int F_ADD_SEALS = 1033;
    public static final int F_GET_SEALS = 1034;
    public static final int FD_CLOEXEC = 1;
    /** ioctl(2): how many bytes can be read, of a socket too (SIOCINQ). */
    public static final int FIONREAD = 0x541b;

    private static final int AT_FDCWD = -100;
    private static final int RESOLVE_IN_ROOT = 0x10;
    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;

    private Descriptors() {}

    /** open(2); the mode is used when the flags have O_CREAT. */
    public static Fd open(String path, int flags, int mode) throws LinuxException {
        long fd = Kernel.syscall(Syscall.OPENAT, AT_FDCWD, Scratch.path(path), flags | O_CLOEXEC, mode);
        return Fd.of(Kernel.check(fd, "open", path));
    }

    /**
     * openat2(2) of a path in which a directory is the root: neither {@code ..} nor a symbolic link leads out of it.
     *
     * @param root the directory
     * @param path from there, with or without a slash in front
     */
    public static Fd openBelow(Fd root, String path, int flags, int mode) throws LinuxException {
        NativeMemory how = NativeMemory.allocate(3 * Long.BYTES);
        // unlike openat(2) it takes no flag that means nothing
        int meant = (flags & O_PATH) == 0 ? flags : flags & (O_PATH | O_DIRECTORY | O_NOFOLLOW);
        how.buffer()
                .putLong(0, Integer.toUnsignedLong(meant | O_CLOEXEC))
                .putLong(Long.BYTES, mode)
                .putLong(2 * Long.BYTES, RESOLVE_IN_ROOT);
        long fd = how.during(
                Kernel.syscall(Syscall.OPENAT2, root.number(), Scratch.path(path), how.address(), 3 * Long.BYTES));
        return Fd.of(Kernel.check(fd, "openat2", path));
    }

    /** pidfd_open(2). */
    public static Fd pidfdOpen(int pid) throws LinuxException {
        return Fd.of(Kernel.check(Kernel.syscall(Syscall.PIDFD_OPEN, pid, 0), "pidfd_open", "process " + pid));
    }

    /** The pid of a pidfd's process as seen here; 0 if it has ended, or has none here. */
    public static int processOf(Fd pidfd) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + pidfd.number()))) {
            if (line.startsWith("Pid:")) {
                return Math.max(0, Integer.parseInt(line.substring(4).strip()));
            }
        }
        throw new IOException(pidfd + " is not a pidfd");
    }

    /** pidfd_getfd(2): a duplicate of another process's descriptor. */
    public static Fd pidfdGetfd(Fd pidfd, int number, String owner) throws LinuxException {
        long fd = Kernel.syscall(Syscall.PIDFD_GETFD, pidfd.number(), number, 0);
        return Fd.of(Kernel.check(fd, "pidfd_getfd", "fd " + number + " of " + owner));
    }

    /** pidfd_send_signal(2); a process that has ended is left alone, and so is one that has its pid since. */
    public static void signal(Fd pidfd, int signal) throws LinuxException {
        long result = Kernel.syscall(Syscall.PIDFD_SEND_SIGNAL, pidfd.number(), signal, 0, 0);
        if (result != -Errno.ESRCH.value()) {
            Kernel.check(result, "pidfd_send_signal", "pidfd " + pidfd.number());
        }
    }

    /** memfd_create(2) with the given flags besides MFD_CLOEXEC. */
    public static Fd memfdCreate(String name, int flags) throws LinuxException {
        int cloexec = 1;
        NativeMemory text = NativeMemory.string(name);
        long fd = text.during(Kernel.syscall(Syscall.MEMFD_CREATE, text.address(), flags | cloexec));
        return Fd.of(Kernel.check(fd, "memfd_create", name));
    }

    /** fcntl(2) with a number as its argument. */
    public static long fcntl(Fd fd, int command, long argument) throws LinuxException {
        return Kernel.check(Kernel.syscall(Syscall.FCNTL, fd.number(), command, argument), "fcntl", fd.toString());
    }

    /**
     * dup2(2): makes a number the copy of a descriptor, whatever it was before. It is not close-on-exec, since it is made for
     * a child.
     */
    public static void duplicateTo(Fd fd, int number) throws LinuxException {
        Kernel.check(Kernel.syscall(Syscall.DUP2, fd.number(), number), "dup2", fd.toString());
    }

    /**
     * poll(2) of one descriptor.
     *
     * @param millis how long to wait, -1 for as long as it takes
     * @return what happened, 0 if nothing did in the time
     */
    public static int poll(Fd fd, int events, int millis) throws LinuxException {
        NativeMemory poll = NativeMemory.allocate(8);
        poll.buffer().putInt(0, fd.number()).putShort(4, (short) events);
        long result;
        do {
            result = Kernel.syscall(Syscall.POLL, poll.address(), 1, millis);
        } while (result == -Errno.EINTR.value());
        Kernel.check(result, "poll", fd.toString());
        return poll.buffer().getShort(6);
    }

    /** ioctl(2) with an address or a number as its argument. */
    public static long ioctl(Fd fd, long request, long argument, String what) throws LinuxException {
        return Kernel.check(Kernel.syscall(Syscall.IOCTL, fd.number(), request, argument), "ioctl", what);
    }

    /** ioctl(2) that answers with a 32-bit number. */
    public static int ioctlNumber(Fd fd, long request, String what) throws LinuxException {
        NativeMemory answer = Scratch.data(Integer.BYTES);
        ioctl(fd, request, answer.address(), what);
        return answer.buffer().getInt(0);
    }

    /** lseek(2) to an absolute position. */
    public static void seek(Fd fd, long position) throws LinuxException {
        Kernel.check(Kernel.syscall(Syscall.LSEEK, fd.number(), position, 0), "lseek", fd.toString());
    }

    /** ftruncate(2). */
    public static void truncate(Fd fd, long size) throws LinuxException {
        Kernel.check(Kernel.syscall(Syscall.FTRUNCATE, fd.number(), size), "ftruncate", fd.toString());
    }

    /** One read(2): may be short; 0 at the end. */
    public static int read(Fd fd, long address, int bytes) throws LinuxException {
        return (int) Kernel.check(Kernel.syscall(Syscall.READ, fd.number(), address, bytes), "read", fd.toString());
    }

    /** One pread64(2): may be short; 0 at the end. */
    public static int pread(Fd fd, long address, int bytes, long position) throws LinuxException {
        long count = Kernel.syscall(Syscall.PREAD64, fd.number(), address, bytes, position);
        return (int) Kernel.check(count, "pread", fd.toString());
    }

    /** write(2) until all is written. */
    public static void writeFully(Fd fd, long address, int bytes) throws LinuxException {
        int done = 0;
        while (done < bytes) {
            long count = Kernel.syscall(Syscall.WRITE, fd.number(), address + done, bytes - done);
            if (count != -Errno.EINTR.value()) {
                done += (int) Kernel.check(count, "write", fd.toString());
            }
        }
    }

    /** pwrite64(2) until all is written. */
    public static void pwriteFully(Fd fd, long address, int bytes, long position) throws LinuxException {
        int done = 0;
        while (done < bytes) {
            long count = Kernel.syscall(Syscall.PWRITE64, fd.number(), address + done, bytes - done, position + done);
            if (count != -Errno.EINTR.value()) {
                done += (int) Kernel.check(count, "pwrite", fd.toString());
            }
        }
    }

    /** Frees the blocks of a range of a file; it reads as zeros afterwards. */
    public static void punchHole(Fd fd, long offset, long bytes) throws LinuxException {
        int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
        Kernel.check(Kernel.syscall(Syscall.FALLOCATE, fd.number(), mode, offset, bytes), "fallocate", fd.toString());
    }

    /** pipe2(2): the read end, then the write end. */
    public static Fd[] pipe(int flags) throws LinuxException {
        NativeMemory pair = NativeMemory.allocate(8);
        Kernel.check(Kernel.syscall(Syscall.PIPE2, pair.address(), flags | O_CLOEXEC), "pipe2", "a new pipe");
        return new Fd[] {Fd.of(pair.buffer().getInt(0)), Fd.of(pair.buffer().getInt(4))};
    }

    /** fstat(2), the fields that Godwit looks at. */
    public static FileStatus status(Fd fd) throws LinuxException {
        NativeMemory stat = Scratch.data(FileStatus.SIZE);
        Kernel.check(Kernel.syscall(Syscall.FSTAT, fd.number(), stat.address()), "fstat", fd.toString());
        return FileStatus.of(stat.buffer());
    }

    /** stat(2) of a path, following links. */
    public static FileStatus status(String path) throws LinuxException {
        NativeMemory stat = Scratch.data(FileStatus.SIZE);
        long result = Kernel.syscall(Syscall.STAT, Scratch.path(path), stat.address());
        Kernel.check(result, "stat", path);
        return FileStatus.of(stat.buffer());
    }

    /**
     * kcmp(2): whether two descriptors are one open file description.
     *
     * @return 0 when they are the same, else an order (1 less, 2 greater, 3 neither)
     */
    public static int compareFiles(int pid1, int fd1, int pid2, int fd2) throws LinuxException {
        long order = Kernel.syscall(Syscall.KCMP, pid1, pid2, 0, fd1, fd2);
        return (int) Kernel.check(order, "kcmp", "fd " + fd1 + " of " + pid1 + " and fd " + fd2 + " of " + pid2);
    }
}
