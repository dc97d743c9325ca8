package io.godwit.linux.terminal;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Scratch;
import io.godwit.linux.Syscall;
import java.io.ByteArrayOutputStream;
import java.lang.ref.Reference;

/**
 * What waits in a pseudo terminal to be read. No call can look at it without taking it, so it is taken and put back at once; whoever
 * could read it must stand still meanwhile.
 *
 * @param input what the slave will read, after its processing; in canonical mode an end of file is its character
 * @param output what the master will read
 */
public record PendingData(byte[] input, byte[] output) {
    private static final int TIOCSTI = 0x5412;
    private static final int POLLIN = 1;
    private static final int BUFFER_BYTES = 32 * 1024;
    /** From here read(2) takes (N_TTY_BUF_SIZE); what more was written waits before it. */
    private static final int READ_BUFFER_BYTES = 4095;

    private static final int MOST_WAITS = 100;

    /**
     * What waits between two ends.
     *
     * @param slave an open file description of the caller's own, non-blocking
     */
    public static PendingData peek(Fd master, Fd slave) throws LinuxException {
        TerminalSettings settings = TerminalSettings.read(slave);
        boolean packets = PseudoTerminal.packets(master);
        if (packets) {
            PseudoTerminal.packets(master, false);
        }
        try {
            // the input first: the kernel echoes more of it when there is room
            byte[] input = takeInput(slave, settings);
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            output.writeBytes(takeOutput(master));
            OutputStop stop = OutputStop.lift(slave, settings);
            output.writeBytes(takeOutput(master));
            PendingData pending = new PendingData(input, output.toByteArray());
            pending.put(master, slave, settings);
            stop.restore(master, slave, settings);
            return pending;
        } catch (LinuxException | RuntimeException e) {
            restore(slave, settings, e);
            throw e;
        } finally {
            if (packets) {
                PseudoTerminal.packets(master, true);
            }
        }
    }

    private static void restore(Fd slave, TerminalSettings settings, Exception cause) {
        try {
            settings.apply(slave);
        } catch (LinuxException e) {
            cause.addSuppressed(e);
        }
    }

    /** Whether something can be read of an end; a line that is not yet at its end does not count. */
    public static boolean waits(Fd end) throws LinuxException {
        return Descriptors.ioctlNumber(end, Descriptors.FIONREAD, "a terminal") != 0;
    }

    private static byte[] takeInput(Fd slave, TerminalSettings settings) throws LinuxException {
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        boolean canonical = (settings.localFlags() & TerminalSettings.ICANON) != 0;
        int[] characters = settings.characters();
        byte[] part;
        while ((part = read(slave)) != null && (canonical || part.length > 0)) {
            taken.writeBytes(part);
            if (canonical && !endsLine(part, characters)) {
                taken.write(characters[TerminalSettings.VEOF]);
            }
        }
        if (canonical) {
            settings.withLocal(settings.localFlags() & ~TerminalSettings.ICANON).apply(slave);
            while ((part = read(slave)) != null && part.length > 0) {
                taken.writeBytes(part);
            }
            settings.apply(slave);
        }
        return taken.toByteArray();
    }

    private static boolean endsLine(byte[] line, int[] characters) {
        if (line.length == 0) {
            return false;
        }
        int last = line[line.length - 1] & 0xff;
        return last == '\n'
                || last != 0
                        && (last == characters[TerminalSettings.VEOL] || last == characters[TerminalSettings.VEOL2]);
    }

    private static byte[] takeOutput(Fd master) throws LinuxException {
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        while ((Descriptors.poll(master, POLLIN, 0) & POLLIN) != 0) {
            byte[] part = read(master);
            if (part == null || part.length == 0) {
                break;
            }
            taken.writeBytes(part);
        }
        return taken.toByteArray();
    }

    /** One read; null if nothing is there. */
    private static byte[] read(Fd end) throws LinuxException {
        NativeMemory buffer = Scratch.data(BUFFER_BYTES);
        long count = Kernel.syscall(Syscall.READ, end.number(), buffer.address(), BUFFER_BYTES);
        if (count == -Errno.EAGAIN.value() || count == -Errno.EIO.value()) {
            return null;
        }
        Kernel.check(count, "read", "a terminal");
        return buffer.bytes(0, (int) count);
    }

    /**
     * Puts it into a terminal that has nothing waiting, and gives the terminal its settings.
     *
     * @param slave an open file description of the caller's own, non-blocking
     */
    public void put(Fd master, Fd slave, TerminalSettings settings) throws LinuxException {
        if (input.length > 0) {
            // it was processed before; only what ends a line still counts
            settings.withInput(0)
                    .withLocal(settings.localFlags() & (TerminalSettings.ICANON | TerminalSettings.IEXTEN))
                    .without(
                            TerminalSettings.VERASE,
                            TerminalSettings.VKILL,
                            TerminalSettings.VREPRINT,
                            TerminalSettings.VWERASE,
                            TerminalSettings.VLNEXT)
                    .apply(slave);
            insert(slave, input, input.length);
        }
        if (output.length > 0) {
            settings.withOutput(settings.outputFlags() & ~TerminalSettings.OPOST)
                    .apply(slave);
            // what has room where it is read from goes there at once; the rest waits behind it, as it did
            int first = Math.min(output.length, READ_BUFFER_BYTES);
            insert(master, output, first);
            write(master, slave, first);
        }
        settings.apply(slave);
    }

    /** As if it had been typed. */
    private static void insert(Fd end, byte[] bytes, int count) throws LinuxException {
        NativeMemory memory = NativeMemory.of(bytes);
        for (int i = 0; i < count; i++) {
            Descriptors.ioctl(end, TIOCSTI, memory.address() + i, "the input of a terminal");
        }
        Reference.reachabilityFence(memory);
    }

    private void write(Fd master, Fd slave, int from) throws LinuxException {
        NativeMemory memory = NativeMemory.of(output);
        int done = from;
        int waits = 0;
        while (done < output.length) {
            long count = Kernel.syscall(Syscall.WRITE, slave.number(), memory.address() + done, output.length - done);
            if (count == -Errno.EAGAIN.value() && waits++ < MOST_WAITS) {
                // the kernel moves it on by and by
                Descriptors.poll(master, 0, 1);
            } else {
                done += (int) Kernel.check(count, "write", "the output of a terminal");
            }
        }
        Reference.reachabilityFence(memory);
    }

    public boolean isEmpty() {
        return input.length == 0 && output.length == 0;
    }
}
