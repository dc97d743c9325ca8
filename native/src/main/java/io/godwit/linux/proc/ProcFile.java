package io.godwit.linux.proc;

import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Scratch;
import io.godwit.linux.Syscall;
import java.util.Arrays;

/**
 * Reads a file of /proc whole. These have no size, and a frozen tree has thousands: three or four system calls
 * for each, where {@link java.nio.file.Files} takes three times as long.
 */
final class ProcFile {
    static final String ADVICE = "has the process ended?";

    private static final int AT_FDCWD = -100;
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    private static final int PIECE = 16 * 1024;

    private ProcFile() {}

    static byte[] read(String path) throws LinuxException {
        return read(path, false);
    }

    /** Reads a file that the kernel makes as one record: what fits into one read is then all of it. */
    static byte[] readRecord(String path) throws LinuxException {
        return read(path, true);
    }

    private static byte[] read(String path, boolean record) throws LinuxException {
        NativeMemory memory = Scratch.data(PIECE);
        long opened = Kernel.syscall(Syscall.OPENAT, AT_FDCWD, Scratch.path(path), O_RDONLY_CLOEXEC, 0);
        String advice = opened == -Errno.ENOENT.value() ? ADVICE : "";
        int fd = (int) Kernel.check(opened, "open", path, advice);
        try {
            byte[] content = new byte[0];
            while (true) {
                long count = memory.during(Kernel.syscall(Syscall.READ, fd, memory.address(), PIECE));
                if (count == -Errno.EINTR.value()) {
                    continue;
                }
                Kernel.check(count, "read", path, ADVICE);
                if (count == 0) {
                    return content;
                }
                int length = content.length;
                content = Arrays.copyOf(content, length + (int) count);
                memory.buffer().get(0, content, length, (int) count);
                if (record && count < PIECE) {
                    return content;
                }
            }
        } finally {
            Kernel.syscall(Syscall.CLOSE, fd);
        }
    }
}
