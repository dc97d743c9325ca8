package io.godwit.source.collect;

import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.RegFileEntry;
import io.godwit.image.proto.TermiosEntry;
import io.godwit.image.proto.TtyFileEntry;
import io.godwit.image.proto.TtyInfoEntry;
import io.godwit.image.proto.TtyPtyEntry;
import io.godwit.image.proto.TtyType;
import io.godwit.image.proto.WinsizeEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.FileStatus;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStat;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The terminal of a shell job: the slave end of a pseudo terminal that a process outside of the tree has opened. It is left behind;
 * the restore takes that of its own caller and sets it as this one was.
 */
final class TerminalCollector implements FileCollector {
    private static final int FIRST_SLAVE_MAJOR = 136;
    private static final int LAST_SLAVE_MAJOR = 143;
    private static final int MINOR_BITS = 20;
    private static final int MINORS_OF_A_MAJOR = 256;
    private static final int TCGETS = 0x5401;
    private static final int TIOCGWINSZ = 0x5413;
    private static final int TIOCGLCKTRMIOS = 0x5456;
    private static final int TERMIOS_BYTES = 36;
    private static final int LINE = 16;
    private static final int CONTROL_CHARACTERS = 17;
    private static final int CONTROL_CHARACTER_COUNT = 19;
    private static final int SPEED = 0x100f;

    private final boolean allowed;
    private final Map<Integer, TtyInfoEntry> terminals = new LinkedHashMap<>();

    /** @param allowed the tree is a shell job */
    TerminalCollector(boolean allowed) {
        this.allowed = allowed;
    }

    @Override
    public boolean accepts(OpenFile file) {
        return allowed && file.link().startsWith("/dev/pts/") && file.status().isCharacterDevice() && index(file) >= 0;
    }

    /** The number of a pseudo terminal, -1 if it is the slave of none. */
    private static int index(OpenFile file) {
        long device = FileStatus.kernelDevice(file.status().rdev());
        int major = (int) (device >> MINOR_BITS);
        int minor = (int) (device & ((1 << MINOR_BITS) - 1));
        boolean slave = major >= FIRST_SLAVE_MAJOR && major <= LAST_SLAVE_MAJOR;
        return slave ? (major - FIRST_SLAVE_MAJOR) * MINORS_OF_A_MAJOR + minor : -1;
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        int id = index(file) + 1;
        if (!terminals.containsKey(id)) {
            terminals.put(id, describe(file, id));
        }
        entry.setType(FdTypes.TTY)
                .setTty(TtyFileEntry.newBuilder()
                        .setId(entry.getId())
                        .setTtyInfoId(id)
                        .setFlags(file.flags())
                        .setFown(file.owner()));
    }

    private static TtyInfoEntry describe(OpenFile file, int id) throws IOException {
        ProcStat stat = ProcDirectory.process(file.pid()).stat();
        return TtyInfoEntry.newBuilder()
                .setId(id)
                .setType(TtyType.PTY)
                .setLocked(false)
                .setExclusive(false)
                .setPacketMode(false)
                .setSid(stat.session())
                .setPgrp(stat.processGroup())
                .setRdev((int) file.status().rdev())
                .setTermios(termios(file, TCGETS))
                .setTermiosLocked(termios(file, TIOCGLCKTRMIOS))
                .setWinsize(size(file))
                .setPty(TtyPtyEntry.newBuilder().setIndex(index(file)))
                .setDev((int) file.status().device())
                .setUid(file.status().uid())
                .setGid(file.status().gid())
                .build();
    }

    private static TermiosEntry termios(OpenFile file, int request) throws IOException {
        NativeMemory settings = NativeMemory.allocate(TERMIOS_BYTES);
        Descriptors.ioctl(file.duplicate(), request, settings.address(), file.describe());
        int control = settings.buffer().getInt(8);
        TermiosEntry.Builder termios = TermiosEntry.newBuilder()
                .setCIflag(settings.buffer().getInt(0))
                .setCOflag(settings.buffer().getInt(4))
                .setCCflag(control)
                .setCLflag(settings.buffer().getInt(12))
                .setCLine(settings.buffer().get(LINE))
                .setCIspeed(control & SPEED)
                .setCOspeed(control & SPEED);
        for (int i = 0; i < CONTROL_CHARACTER_COUNT; i++) {
            termios.addCCc(settings.buffer().get(CONTROL_CHARACTERS + i) & 0xff);
        }
        return termios.build();
    }

    private static WinsizeEntry size(OpenFile file) throws IOException {
        NativeMemory size = NativeMemory.allocate(8);
        Descriptors.ioctl(file.duplicate(), TIOCGWINSZ, size.address(), file.describe());
        return WinsizeEntry.newBuilder()
                .setWsRow(size.buffer().getShort(0) & 0xffff)
                .setWsCol(size.buffer().getShort(2) & 0xffff)
                .setWsXpixel(size.buffer().getShort(4) & 0xffff)
                .setWsYpixel(size.buffer().getShort(6) & 0xffff)
                .build();
    }

    /** The entry that tells by which path a terminal had been opened. */
    RegFileEntry path(TtyFileEntry entry, int id) {
        int index = terminals.get(entry.getTtyInfoId()).getPty().getIndex();
        return RegFileEntry.newBuilder()
                .setId(id)
                .setFlags(entry.getFlags())
                .setPos(0)
                .setFown(RegularFileCollector.nobody())
                .setName("/dev/pts/" + index)
                .build();
    }

    /** Entries of the tty-info image. */
    List<TtyInfoEntry> terminals() {
        return List.copyOf(terminals.values());
    }
}
