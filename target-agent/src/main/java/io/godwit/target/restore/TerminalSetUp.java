package io.godwit.target.restore;

import io.godwit.image.proto.TermiosEntry;
import io.godwit.image.proto.TtyInfoEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.linux.terminal.PendingData;
import io.godwit.linux.terminal.PseudoTerminal;
import io.godwit.linux.terminal.TerminalSettings;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.Terminals;
import java.io.IOException;

/** Sets a pseudo terminal as it was, with what waited in it. */
final class TerminalSetUp {
    private final Snapshot snapshot;
    private final FileTable table;

    TerminalSetUp(Snapshot snapshot, FileTable table) {
        this.snapshot = snapshot;
        this.table = table;
    }

    void set(Terminals.Pair wanted, PseudoTerminals.Pair made) throws IOException {
        TtyInfoEntry master = wanted.master();
        int index = PseudoTerminal.index(made.master());
        if (index != wanted.index()) {
            table.warn("the terminal /dev/pts/" + wanted.index() + " is /dev/pts/" + index
                    + " now, since another program has its number here");
        }
        if (master.hasWinsize()) {
            var size = master.getWinsize();
            PseudoTerminal.windowSize(
                    made.master(), size.getWsRow(), size.getWsCol(), size.getWsXpixel(), size.getWsYpixel());
        }
        if (wanted.slave().isPresent()) {
            setSlave(wanted.slave().get(), made.slave());
            PendingData pending = new PendingData(data(wanted.slave().get()), data(master));
            if (!pending.isEmpty()) {
                pending.put(made.master(), made.slave(), TerminalSettings.read(made.slave()));
            }
        } else if (master.hasTermios()) {
            settings(master.getTermios()).apply(made.master());
        }
    }

    /** What later opens and reads depend on, so it comes when all ends are open. */
    static void finish(Terminals.Pair wanted, PseudoTerminals.Pair made) throws LinuxException {
        TtyInfoEntry master = wanted.master();
        PseudoTerminal.packets(made.master(), master.getPacketMode());
        PseudoTerminal.lock(made.master(), master.getLocked());
        if (master.getExclusive()) {
            PseudoTerminal.makeExclusive(made.master());
        }
        if (wanted.slave().filter(TtyInfoEntry::getExclusive).isPresent()) {
            PseudoTerminal.makeExclusive(made.slave());
        }
    }

    private byte[] data(TtyInfoEntry terminal) {
        return snapshot.terminalData().getOrDefault(terminal.getId(), new byte[0]);
    }

    private static void setSlave(TtyInfoEntry wanted, Fd slave) throws LinuxException {
        if (wanted.hasTermios()) {
            settings(wanted.getTermios()).apply(slave);
        }
        if (wanted.hasTermiosLocked()) {
            settings(wanted.getTermiosLocked()).applyLocks(slave);
        }
        if (wanted.hasUid()) {
            long owned = Kernel.syscall(Syscall.FCHOWN, slave.number(), wanted.getUid(), wanted.getGid());
            Kernel.check(
                    owned, "fchown", "the terminal /dev/pts/" + wanted.getPty().getIndex());
        }
    }

    static TerminalSettings settings(TermiosEntry termios) {
        int[] characters =
                termios.getCCcList().stream().mapToInt(Integer::intValue).toArray();
        return TerminalSettings.of(
                termios.getCIflag(),
                termios.getCOflag(),
                termios.getCCflag(),
                termios.getCLflag(),
                termios.getCLine(),
                characters);
    }

    /** A descriptor of its own for an end, with the flags that the tree's had. */
    static Fd end(PseudoTerminals.Pair pair, boolean master, int flags) throws LinuxException {
        Fd fd = master
                ? Fd.of(Descriptors.fcntl(pair.master(), Descriptors.F_DUPFD_CLOEXEC, 0))
                : PseudoTerminal.openSlave(pair.master(), FileFlags.opening(flags));
        FileFlags.apply(fd, flags);
        return fd;
    }
}
