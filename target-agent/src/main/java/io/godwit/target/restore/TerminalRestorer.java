package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.TtyFileEntry;
import io.godwit.image.proto.TtyInfoEntry;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.terminal.TerminalSettings;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.Terminals;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes pseudo terminals anew of which the tree has both ends. A shell job gets that of whoever restores it, set as its own was. */
final class TerminalRestorer implements KindRestorer {
    private static final int STANDARD_STREAMS = 3;

    private final boolean shellJob;
    private final PseudoTerminals made;

    /**
     * A restorer.
     *
     * @param shellJob the tree may use this process's terminal
     * @param made terminals of which both ends are the tree's
     */
    TerminalRestorer(boolean shellJob, PseudoTerminals made) {
        this.shellJob = shellJob;
        this.made = made;
    }

    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        Terminals terminals = Terminals.of(snapshot);
        made.keep(terminals.byIndex().keySet());
        TerminalSetUp setUp = new TerminalSetUp(snapshot, table);
        for (Terminals.Pair pair : terminals.byIndex().values()) {
            setUp.set(pair, made.get(pair.index()));
        }
        openEnds(snapshot, terminals, table);
        for (Terminals.Pair pair : terminals.byIndex().values()) {
            TerminalSetUp.finish(pair, made.get(pair.index()));
        }
        giveOwn(snapshot, table);
    }

    private void openEnds(Snapshot snapshot, Terminals terminals, FileTable table) throws IOException {
        for (FileEntry file : snapshot.files().values()) {
            if (file.hasTty() && !table.has(file.getId())) {
                TtyInfoEntry terminal = terminal(snapshot, file.getTty());
                Terminals.Pair pair = terminals.byIndex().get(terminal.getPty().getIndex());
                if (pair != null) {
                    boolean master = terminal.getId() == pair.master().getId();
                    table.put(
                            file.getId(),
                            TerminalSetUp.end(
                                    made.get(pair.index()),
                                    master,
                                    file.getTty().getFlags()));
                }
            }
        }
    }

    private void giveOwn(Snapshot snapshot, FileTable table) throws IOException {
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
                settings(own, TerminalSetUp.settings(terminal.getTermios()), table);
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
        for (int number = 0; number < STANDARD_STREAMS; number++) {
            Fd stream = Fd.of(number);
            try {
                TerminalSettings.read(stream);
                return stream;
            } catch (LinuxException noTerminal) {
                continue;
            }
        }
        throw new RestoreException("the tree used the terminal " + name
                + ", and this command has none to give: start it from a terminal, as one of its standard streams");
    }

    /** What the terminal was set to comes back if the restore fails. */
    private static void settings(Fd own, TerminalSettings settings, FileTable table) throws LinuxException {
        TerminalSettings before = TerminalSettings.read(own);
        settings.apply(own);
        table.onFailure(() -> {
            try {
                before.apply(own);
            } catch (LinuxException e) {
                // the failure that led here is the one to tell
                return;
            }
        });
    }
}
