package io.godwit.linux.terminal;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;

/**
 * How the output of a pseudo terminal is stopped (termios(3)): nothing can be written to the slave then. No call tells, but a
 * terminal in which nothing waits can be written to unless it is stopped.
 */
enum OutputStop {
    NONE,
    /** By the stop character, as of ^S. */
    KEY,
    /** By tcflow(3). */
    CALL;

    private static final int POLLOUT = 4;
    private static final int TCXONC = 0x540a;
    private static final int TCOOFF = 0;
    private static final int TCOON = 1;
    /** Milliseconds; the kernel takes the character by and by. */
    private static final int MOST_WAITS = 100;

    /**
     * Lets output flow, the echo of what was typed first.
     *
     * @return how it was stopped
     */
    static OutputStop lift(Fd slave, TerminalSettings settings) throws LinuxException {
        if (writable(slave)) {
            return NONE;
        }
        // each stop has its own start: this one does nothing for the other
        Descriptors.ioctl(slave, TCXONC, TCOON, "the output of a terminal");
        OutputStop stop = writable(slave) ? CALL : KEY;
        if (stop == KEY) {
            // the kernel lets it flow when the characters have no meaning any more
            settings.withInput(settings.inputFlags() & ~TerminalSettings.IXON).apply(slave);
        }
        letEchoFlow(slave);
        return stop;
    }

    /** What was typed meanwhile is not echoed yet, and any write has that done first. */
    private static void letEchoFlow(Fd slave) {
        NativeMemory nothing = NativeMemory.allocate(1);
        nothing.during(Kernel.syscall(Syscall.WRITE, slave.number(), nothing.address(), 0));
    }

    /** Stops it again as it was; the terminal has these settings. */
    void restore(Fd master, Fd slave, TerminalSettings settings) throws LinuxException {
        if (this == CALL) {
            Descriptors.ioctl(slave, TCXONC, TCOOFF, "the output of a terminal");
        } else if (this == KEY) {
            NativeMemory key = NativeMemory.of(new byte[] {(byte) settings.characters()[TerminalSettings.VSTOP]});
            Descriptors.writeFully(master, key.address(), 1);
            key.during(0);
            for (int i = 0; i < MOST_WAITS && writable(slave); i++) {
                Descriptors.poll(slave, 0, 1);
            }
        }
    }

    private static boolean writable(Fd slave) throws LinuxException {
        return (Descriptors.poll(slave, POLLOUT, 0) & POLLOUT) != 0;
    }
}
