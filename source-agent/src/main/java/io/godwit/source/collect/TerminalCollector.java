package io.godwit.source.collect;

import com.google.protobuf.ByteString;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.RegFileEntry;
import io.godwit.image.proto.TtyDataEntry;
import io.godwit.image.proto.TtyFileEntry;
import io.godwit.image.proto.TtyInfoEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.FileStatus;
import io.godwit.linux.proc.MountInfo;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStat;
import io.godwit.linux.terminal.PendingData;
import io.godwit.linux.terminal.PseudoTerminal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Pseudo terminals. Those of which the tree has both ends, as of screen and tmux, are carried along. The terminal of a shell job, whose
 * master a process outside of the tree has, is left behind; the restore takes that of its own caller and sets it as this one was. Of an
 * orphan, the terminal of a container for example, it makes a new master, and says whose controlling terminal it was.
 */
final class TerminalCollector implements FileCollector {
    private static final int POLLHUP = 0x10;

    private final boolean jobs;
    private final boolean mayBeOrphans;
    private final TerminalInstance instance;
    private final Map<Integer, Master> masters = new LinkedHashMap<>();
    private final Map<Integer, TtyInfoEntry> slaves = new LinkedHashMap<>();
    private final Map<Integer, String> names = new LinkedHashMap<>();
    /** Slaves of other instances of devpts, by numbers that may be in this one too. */
    private final Map<Integer, CannotMoveException> strangers = new HashMap<>();

    private final List<TtyInfoEntry> terminals = new ArrayList<>();
    private final List<TtyDataEntry> data = new ArrayList<>();

    /** Where a master can be asked. */
    private record Master(int pid, int fd, int session) {}

    /**
     * Those of a tree.
     *
     * @param jobs it is a shell job
     * @param mayBeOrphans the master of a terminal may be outside
     * @param mounts of this host
     */
    TerminalCollector(boolean jobs, boolean mayBeOrphans, List<MountInfo> mounts) {
        this.jobs = jobs;
        this.mayBeOrphans = mayBeOrphans;
        this.instance = new TerminalInstance(mounts);
    }

    @Override
    public boolean accepts(OpenFile file) {
        long device = file.status().rdev();
        return file.status().isCharacterDevice()
                && (device == PseudoTerminal.MASTER_DEVICE
                        || device == PseudoTerminal.OWN_DEVICE
                        || PseudoTerminal.slaveIndex(device).isPresent());
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        boolean foreign = !instance.has(file);
        int info;
        if (file.status().rdev() == PseudoTerminal.MASTER_DEVICE) {
            if (foreign) {
                throw TerminalInstance.foreign(file);
            }
            int index = PseudoTerminal.index(file.duplicate());
            masters.put(index, new Master(file.pid(), file.fd(), PseudoTerminal.session(file.duplicate())));
            info = TerminalEntries.masterId(index);
        } else {
            int device = PseudoTerminal.device(file.duplicate());
            int index = PseudoTerminal.slaveIndex(device)
                    .orElseThrow(() -> new CannotMoveException(
                            file.describe(),
                            "a terminal that is no pseudo terminal can not be moved",
                            "start the program in screen, tmux or script"));
            if (!slaves.containsKey(index) || mayBeOrphans && slaves.get(index).getSid() == 0) {
                slaves.put(index, slave(file, index));
                names.putIfAbsent(index, file.describe());
            }
            if (foreign) {
                strangers.putIfAbsent(index, TerminalInstance.foreign(file));
            }
            info = TerminalEntries.slaveId(index);
        }
        entry.setType(FdTypes.TTY)
                .setTty(TtyFileEntry.newBuilder()
                        .setId(entry.getId())
                        .setTtyInfoId(info)
                        .setFlags(file.flags())
                        .setFown(file.owner()));
    }

    private TtyInfoEntry slave(OpenFile file, int index) throws IOException {
        ProcStat stat = ProcDirectory.process(file.pid()).stat();
        TtyInfoEntry.Builder slave =
                TerminalEntries.end(TerminalEntries.slaveId(index), index, file.duplicate(), file.status());
        if (!mayBeOrphans) {
            slave.setSid(stat.session()).setPgrp(stat.processGroup());
        } else if (PseudoTerminal.slaveIndex(stat.terminal()).equals(OptionalInt.of(index))) {
            slave.setSid(stat.session()).setPgrp(stat.foreground());
        }
        return slave.build();
    }

    /** The terminals of which the tree has the master: the session that each controls, by its number; 0 for none. */
    Map<Integer, Integer> inside() {
        Map<Integer, Integer> sessions = new HashMap<>();
        masters.forEach((index, master) -> sessions.put(index, master.session()));
        return sessions;
    }

    /** Those of which the tree has a slave, and gets a new master. */
    Set<Integer> orphans() {
        Set<Integer> orphans = new HashSet<>(mayBeOrphans ? slaves.keySet() : Set.of());
        orphans.removeAll(masters.keySet());
        orphans.removeAll(strangers.keySet());
        return orphans;
    }

    /** Slaves that can not be moved, as their master is outside of the tree; a shell job may have such. */
    List<CannotMoveException> outside() {
        return slaves.keySet().stream()
                .filter(index -> strangers.containsKey(index)
                        ? masters.containsKey(index) || !jobs
                        : !masters.containsKey(index) && !jobs && !mayBeOrphans)
                .map(index -> strangers.getOrDefault(
                        index,
                        new CannotMoveException(
                                names.get(index),
                                "a terminal that a process outside of the tree made can not be moved",
                                "start the program in screen, tmux or script and move that, or with its standard streams in"
                                        + " files; a dump has --shell-job")))
                .toList();
    }

    /**
     * Asks each terminal what it has; to be called once all descriptors are known, and while the tree stands still.
     *
     * @throws CannotMoveException if the tree has an end whose other one is not in it
     */
    void complete() throws IOException {
        List<CannotMoveException> outside = outside();
        if (!outside.isEmpty()) {
            throw outside.get(0);
        }
        for (var master : masters.entrySet()) {
            try (Fd pidfd = Descriptors.pidfdOpen(master.getValue().pid());
                    Fd end = Descriptors.pidfdGetfd(
                            pidfd,
                            master.getValue().fd(),
                            "process " + master.getValue().pid())) {
                ask(master.getKey(), end);
            }
        }
        slaves.forEach((index, slave) -> {
            if (!masters.containsKey(index)) {
                terminals.add(slave);
            }
        });
    }

    private void ask(int index, Fd master) throws IOException {
        FileStatus status = Descriptors.status(master);
        TtyInfoEntry entry = TerminalEntries.end(TerminalEntries.masterId(index), index, master, status)
                .setLocked(PseudoTerminal.locked(master))
                .setPacketMode(PseudoTerminal.packets(master))
                .setSid(PseudoTerminal.session(master))
                .setPgrp(PseudoTerminal.foreground(master))
                .build();
        terminals.add(entry);
        TtyInfoEntry slave = slaves.get(index);
        // had it never been open, the master would not be told that it is closed
        boolean closed = slave == null && (Descriptors.poll(master, 0, 0) & POLLHUP) != 0;
        if (slave == null && !closed) {
            return;
        }
        try (Fd own = openSlave(master, entry.getLocked())) {
            // the tree may have opened it as /dev/tty, which has another owner
            terminals.add(TerminalEntries.end(TerminalEntries.slaveId(index), index, own, Descriptors.status(own))
                    .setSid(entry.getSid())
                    .setPgrp(entry.getPgrp())
                    .build());
            if (PendingData.waits(own) || PendingData.waits(master)) {
                requirePuttingBack("terminal /dev/pts/" + index);
            }
            PendingData pending = PendingData.peek(master, own);
            add(TerminalEntries.slaveId(index), pending.input());
            add(TerminalEntries.masterId(index), pending.output());
        }
    }

    /** What waits is taken to be seen, and only TIOCSTI puts it back. */
    private static void requirePuttingBack(String what) throws IOException {
        if (!ProcDirectory.own().status().holds("CAP_SYS_ADMIN")) {
            throw new CannotMoveException(
                    what,
                    "something in it waits to be read, which can not be looked at",
                    "give this command CAP_SYS_ADMIN");
        }
    }

    private static Fd openSlave(Fd master, boolean locked) throws IOException {
        if (locked) {
            PseudoTerminal.lock(master, false);
        }
        try {
            return PseudoTerminal.openSlave(master, Descriptors.O_RDWR | Descriptors.O_NONBLOCK);
        } finally {
            if (locked) {
                PseudoTerminal.lock(master, true);
            }
        }
    }

    private void add(int terminal, byte[] bytes) {
        if (bytes.length > 0) {
            data.add(TtyDataEntry.newBuilder()
                    .setTtyId(terminal)
                    .setData(ByteString.copyFrom(bytes))
                    .build());
        }
    }

    /** The entry that tells by which path a terminal had been opened. */
    RegFileEntry path(TtyFileEntry entry, int id) {
        TtyInfoEntry terminal = terminals.stream()
                .filter(info -> info.getId() == entry.getTtyInfoId())
                .findFirst()
                .orElseThrow();
        boolean master = terminal.getRdev() == PseudoTerminal.MASTER_DEVICE;
        return RegFileEntry.newBuilder()
                .setId(id)
                .setFlags(entry.getFlags())
                .setPos(0)
                .setFown(RegularFileCollector.nobody())
                .setName(master ? "/dev/ptmx" : "/dev/pts/" + terminal.getPty().getIndex())
                .build();
    }

    /** Entries of the tty-info image. */
    List<TtyInfoEntry> terminals() {
        return List.copyOf(terminals);
    }

    /** Entries of the tty-data image. */
    List<TtyDataEntry> data() {
        return List.copyOf(data);
    }
}
