package io.godwit.source.exec;

import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;

/**
 * What a system call gave.
 *
 * @param value raw: the negative error number on failure
 */
public record SyscallResult(int number, long value) {
    public boolean failed() {
        return Kernel.failed(value);
    }

    /** One line, for example {@code close = -1 EBADF (Bad file descriptor)} or {@code getpid = 4711 (0x1267)}. */
    @Override
    public String toString() {
        String call = Syscall.name(number) + " = ";
        return failed() ? call + "-1 " + words((int) -value) : call + value + " (0x" + Long.toHexString(value) + ")";
    }

    /** The kernel has a few more errors than errno(3) has names. */
    private static String words(int error) {
        try {
            Errno errno = Errno.of(error);
            return errno.name() + " (" + errno.text() + ")";
        } catch (IllegalArgumentException e) {
            return "errno " + error + " (an error of the kernel's own)";
        }
    }
}
