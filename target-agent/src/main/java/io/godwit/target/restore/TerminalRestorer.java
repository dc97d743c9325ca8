package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.TermiosEntry;
import io.godwit.image.proto.TtyFileEntry;
import io.godwit.image.proto.TtyInfoEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Gives a shell job the terminal of whoever restores it, set as its own one was. */
final class TerminalRestorer implements KindRestorer {
    private static final int TCGETS = 0x5401;
    private static final int TCSETS = 0x5402;
    private static final int TERMIOS_BYTES = 36;
    private static final int LINE = 16;
    private static final int CONTROL_CHARACTERS = 17;
    private static final int CONTROL_CHARACTER_COUNT = 19;
    private static final int STANDARD_STREAMS = 3;

    private final boolean shellJob;

    /** @param shellJob the tree may use this process's terminal */
    TerminalRestorer(boolean shellJob) {
        this.shellJob = shellJob;
    }

    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        Set<Integer> set = new HashSet<>();
        Fd own = null;
        for (FileEntry file : snapshot.files().values()) {
            if (!file.hasTty() || table.has(file.getId())) {
                continue;
            }
            TtyFileEntry entry = file.getTty();
            TtyInfoEntry terminal = terminal(snapshot, entry);
            if (own == null) {
                own = own(terminal);
            }
            Fd fd = FileFlags.reopen(own, entry.getFlags());
            FileFlags.apply(fd, entry.getFlags());
            table.put(file.getId(), fd);
            if (terminal.hasTermios() && set.add(terminal.getId())) {
                settings(fd, terminal.getTermios(), table);
            }
        }
        if (set.size() > 1) {
            throw new RestoreException("the tree had " + set.size()
                    + " terminals, and this command has one; only a job with one can be restored yet");
        }
    }

    /** The ids of the entries that only tell what a terminal was called; its name may be that of another here. */
    static Set<Integer> paths(Snapshot snapshot) {
        return snapshot.files().values().stream()
                .filter(file -> file.hasTty() && file.getTty().hasRegfId())
                .map(file -> file.getTty().getRegfId())
                .collect(Collectors.toSet());
    }

    private static TtyInfoEntry terminal(Snapshot snapshot, TtyFileEntry entry) throws RestoreException {
        TtyInfoEntry terminal = snapshot.terminals().get(entry.getTtyInfoId());
        if (terminal == null) {
            throw new RestoreException(
                    "tty-info.img does not list terminal " + entry.getTtyInfoId() + "; the image is damaged");
        }
        return terminal;
    }

    private Fd own(TtyInfoEntry terminal) throws RestoreException {
        String name = "/dev/pts/" + terminal.getPty().getIndex();
        if (!shellJob) {
            throw new RestoreException("the tree used the terminal " + name
                    + ", which stayed where it was dumped; give --shell-job to let it use yours");
        }
        NativeMemory settings = NativeMemory.allocate(TERMIOS_BYTES);
        for (int fd = 0; fd < STANDARD_STREAMS; fd++) {
            long result = settings.during(Kernel.syscall(Syscall.IOCTL, fd, TCGETS, settings.address()));
            if (!Kernel.failed(result)) {
                return Fd.of(fd);
            }
        }
        throw new RestoreException("the tree used the terminal " + name
                + ", and this command has none to give: start it from a terminal, as one of its standard streams");
    }

    /** What the terminal was set to comes back if the restore fails. */
    private static void settings(Fd fd, TermiosEntry termios, FileTable table) throws LinuxException {
        NativeMemory before = NativeMemory.allocate(TERMIOS_BYTES);
        Descriptors.ioctl(fd, TCGETS, before.address(), "the terminal");
        NativeMemory settings = NativeMemory.allocate(TERMIOS_BYTES);
        settings.buffer()
                .putInt(0, termios.getCIflag())
                .putInt(4, termios.getCOflag())
                .putInt(8, termios.getCCflag())
                .putInt(12, termios.getCLflag())
                .put(LINE, (byte) termios.getCLine());
        for (int i = 0; i < Math.min(CONTROL_CHARACTER_COUNT, termios.getCCcCount()); i++) {
            settings.buffer().put(CONTROL_CHARACTERS + i, (byte) termios.getCCc(i));
        }
        Descriptors.ioctl(fd, TCSETS, settings.address(), "the terminal");
        table.onFailure(() -> before.during(Kernel.syscall(Syscall.IOCTL, 0, TCSETS, before.address())));
    }
}
