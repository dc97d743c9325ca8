package io.godwit.linux.terminal;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.util.OptionalInt;

/** Calls on the ends of pseudo terminals. */
public final class PseudoTerminal {
    /** The device number of /dev/ptmx, as stat(2) tells it. */
    public static final int MASTER_DEVICE = 5 << 8 | 2;
    /** That of /dev/tty, which stands for the terminal of whoever opens it. */
    public static final int OWN_DEVICE = 5 << 8;

    private static final int FIRST_SLAVE_MAJOR = 136;
    private static final int LAST_SLAVE_MAJOR = 143;
    private static final int MINORS_OF_A_MAJOR = 256;

    private static final int TIOCEXCL = 0x540c;
    private static final int TIOCGPGRP = 0x540f;
    private static final int TIOCGWINSZ = 0x5413;
    private static final int TIOCSWINSZ = 0x5414;
    private static final int TIOCPKT = 0x5420;
    private static final int TIOCGSID = 0x5429;
    private static final int TIOCGPTN = 0x80045430;
    private static final int TIOCSPTLCK = 0x40045431;
    private static final int TIOCGDEV = 0x80045432;
    private static final int TIOCGPKT = 0x80045438;
    private static final int TIOCGPTLCK = 0x80045439;
    private static final int TIOCGEXCL = 0x80045440;
    private static final int TIOCGPTPEER = 0x5441;
    private static final int WINDOW_SIZE_BYTES = 8;

    private PseudoTerminal() {}

    /** The number N of /dev/pts/N by its device number, in the form of stat(2) or of /proc/PID/stat; empty for other devices. */
    public static OptionalInt slaveIndex(long device) {
        int major = (int) (device >> 8 & 0xfff);
        int minor = (int) (device & 0xff | device >> 12 & 0xfff00);
        boolean slave = major >= FIRST_SLAVE_MAJOR && major <= LAST_SLAVE_MAJOR;
        return slave ? OptionalInt.of((major - FIRST_SLAVE_MAJOR) * MINORS_OF_A_MAJOR + minor) : OptionalInt.empty();
    }

    /** A new one: its master. The kernel gives it the lowest free number, and locks it. */
    public static Fd create() throws LinuxException {
        return Descriptors.open("/dev/ptmx", Descriptors.O_RDWR | Descriptors.O_NOCTTY, 0);
    }

    /** The number by which the slave end of a master is called. */
    public static int index(Fd master) throws LinuxException {
        return get(master, TIOCGPTN);
    }

    /** The device number of the terminal behind a slave, also one that was opened as /dev/tty. */
    public static int device(Fd terminal) throws LinuxException {
        return get(terminal, TIOCGDEV);
    }

    /** Opens the slave end, by whatever name. */
    public static Fd openSlave(Fd master, int flags) throws LinuxException {
        // O_CLOEXEC would stay with the file, and /proc/PID/fdinfo would show it for all descriptors
        int all = flags & ~Descriptors.O_CLOEXEC | Descriptors.O_NOCTTY;
        Fd slave = Fd.of(Descriptors.ioctl(master, TIOCGPTPEER, all, "the slave end of a terminal"));
        Descriptors.fcntl(slave, Descriptors.F_SETFD, Descriptors.FD_CLOEXEC);
        return slave;
    }

    /** The session that it controls, asked of the master; 0 for none. */
    public static int session(Fd master) throws LinuxException {
        return orNone(master, TIOCGSID);
    }

    /** The process group in its foreground, asked of the master; 0 for none. */
    public static int foreground(Fd master) throws LinuxException {
        return orNone(master, TIOCGPGRP);
    }

    /** Whether its slave end may not be opened yet. */
    public static boolean locked(Fd master) throws LinuxException {
        return get(master, TIOCGPTLCK) != 0;
    }

    public static void lock(Fd master, boolean on) throws LinuxException {
        set(master, TIOCSPTLCK, on ? 1 : 0);
    }

    /** Whether reads of the master tell of changes of the slave (TIOCPKT). */
    public static boolean packets(Fd master) throws LinuxException {
        return get(master, TIOCGPKT) != 0;
    }

    public static void packets(Fd master, boolean on) throws LinuxException {
        set(master, TIOCPKT, on ? 1 : 0);
    }

    /** Whether this end may not be opened again. */
    public static boolean exclusive(Fd end) throws LinuxException {
        return get(end, TIOCGEXCL) != 0;
    }

    public static void makeExclusive(Fd end) throws LinuxException {
        Descriptors.ioctl(end, TIOCEXCL, 0, "a terminal");
    }

    /** Rows, columns, and the size in pixels. */
    public static int[] windowSize(Fd end) throws LinuxException {
        NativeMemory size = NativeMemory.allocate(WINDOW_SIZE_BYTES);
        Descriptors.ioctl(end, TIOCGWINSZ, size.address(), "the size of a terminal");
        int[] sizes = new int[4];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = size.buffer().getShort(2 * i) & 0xffff;
        }
        return sizes;
    }

    /** Rows, columns, and the size in pixels. */
    public static void windowSize(Fd end, int... sizes) throws LinuxException {
        NativeMemory size = NativeMemory.allocate(WINDOW_SIZE_BYTES);
        for (int i = 0; i < sizes.length; i++) {
            size.buffer().putShort(2 * i, (short) sizes[i]);
        }
        Descriptors.ioctl(end, TIOCSWINSZ, size.address(), "the size of a terminal");
        size.during(0);
    }

    private static int orNone(Fd master, int request) throws LinuxException {
        NativeMemory value = NativeMemory.allocate(4);
        long result = value.during(Kernel.syscall(Syscall.IOCTL, master.number(), request, value.address()));
        if (result == -Errno.ENOTTY.value()) {
            return 0;
        }
        Kernel.check(result, "ioctl", "a terminal");
        return value.buffer().getInt(0);
    }

    private static int get(Fd end, int request) throws LinuxException {
        return Descriptors.ioctlNumber(end, Integer.toUnsignedLong(request), "a terminal");
    }

    private static void set(Fd end, int request, int word) throws LinuxException {
        NativeMemory value = NativeMemory.allocate(4);
        value.buffer().putInt(0, word);
        Descriptors.ioctl(end, request, value.address(), "a terminal");
        value.during(0);
    }
}
