package io.godwit.source.collect;

import io.godwit.image.proto.TermiosEntry;
import io.godwit.image.proto.TtyInfoEntry;
import io.godwit.image.proto.TtyPtyEntry;
import io.godwit.image.proto.TtyType;
import io.godwit.image.proto.WinsizeEntry;
import io.godwit.linux.Fd;
import io.godwit.linux.FileStatus;
import io.godwit.linux.terminal.PseudoTerminal;
import io.godwit.linux.terminal.TerminalSettings;
import java.io.IOException;

/** The entries of the image {@code tty-info}: one for each end of a pseudo terminal. */
final class TerminalEntries {
    private static final int SPEED = 0x100f;

    private TerminalEntries() {}

    static int slaveId(int index) {
        return 2 * (index + 1);
    }

    static int masterId(int index) {
        return slaveId(index) + 1;
    }

    /** The master's end as far as it concerns processes: whose terminal it is. */
    static TtyInfoEntry controlling(int index, int session) {
        return TtyInfoEntry.newBuilder()
                .setId(masterId(index))
                .setType(TtyType.PTY)
                .setLocked(false)
                .setExclusive(false)
                .setPacketMode(false)
                .setSid(session)
                .setPgrp(session)
                .setRdev(PseudoTerminal.MASTER_DEVICE)
                .setPty(TtyPtyEntry.newBuilder().setIndex(index))
                .build();
    }

    /** An end, but for its session and its foreground group, and what only a master has. */
    static TtyInfoEntry.Builder end(int id, int index, Fd end, FileStatus status) throws IOException {
        return TtyInfoEntry.newBuilder()
                .setId(id)
                .setType(TtyType.PTY)
                .setLocked(false)
                .setExclusive(PseudoTerminal.exclusive(end))
                .setPacketMode(false)
                .setSid(0)
                .setPgrp(0)
                .setRdev((int) status.rdev())
                .setTermios(termios(TerminalSettings.read(end)))
                .setTermiosLocked(termios(TerminalSettings.readLocks(end)))
                .setWinsize(size(end))
                .setPty(TtyPtyEntry.newBuilder().setIndex(index))
                .setDev((int) status.device())
                .setUid(status.uid())
                .setGid(status.gid());
    }

    private static TermiosEntry termios(TerminalSettings settings) {
        TermiosEntry.Builder termios = TermiosEntry.newBuilder()
                .setCIflag(settings.inputFlags())
                .setCOflag(settings.outputFlags())
                .setCCflag(settings.controlFlags())
                .setCLflag(settings.localFlags())
                .setCLine(settings.line())
                .setCIspeed(settings.controlFlags() & SPEED)
                .setCOspeed(settings.controlFlags() & SPEED);
        for (int character : settings.characters()) {
            termios.addCCc(character);
        }
        return termios.build();
    }

    private static WinsizeEntry size(Fd end) throws IOException {
        int[] size = PseudoTerminal.windowSize(end);
        return WinsizeEntry.newBuilder()
                .setWsRow(size[0])
                .setWsCol(size[1])
                .setWsXpixel(size[2])
                .setWsYpixel(size[3])
                .build();
    }
}
