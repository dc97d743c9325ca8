package io.godwit.target.restore;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;

/** The status flags of open files. */
final class FileFlags {

    private static final int O_ASYNC = 020000;
    private static final int O_NOATIME = 01000000;
    private static final int O_TMPFILE = 020000000;
    private static final int SETTABLE =
            Descriptors.O_APPEND | Descriptors.O_NONBLOCK | Descriptors.O_DIRECT | O_NOATIME | O_ASYNC;
    private static final int CREATING =
            Descriptors.O_CREAT | Descriptors.O_EXCL | Descriptors.O_TRUNC | O_TMPFILE | O_ASYNC;

    private FileFlags() {}

    /** Sets the flags that fcntl(2) can set. */
    static void apply(Fd fd, int flags) throws LinuxException {
        Descriptors.fcntl(fd, Descriptors.F_SETFL, flags & SETTABLE);
    }

    /** The flags to open an existing file with. */
    static int opening(int flags) {
        return flags & ~CREATING | Descriptors.O_NOCTTY;
    }

    /** Opens the file behind a descriptor once more, as a file object of its own. */
    static Fd reopen(Fd fd, int flags) throws LinuxException {
        return Descriptors.open("/proc/self/fd/" + fd.number(), opening(flags), 0);
    }
}
