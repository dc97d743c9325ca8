package io.godwit.target.restore;

import io.godwit.image.proto.TtyInfoEntry;
import io.godwit.image.proto.WinsizeEntry;
import io.godwit.linux.Fd;
import io.godwit.linux.terminal.PseudoTerminal;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.Terminals;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Terminals whose master was outside of the tree: each is made anew, and somebody else gets the new master. From then on it is as one
 * of which the tree has both ends.
 */
final class OrphanTerminals {
    private OrphanTerminals() {}

    /** A snapshot in which all terminals that are taken have a master. */
    static Snapshot adopt(Snapshot snapshot, FileOptions.MasterTaker taker, PseudoTerminals made) throws IOException {
        Map<Integer, TtyInfoEntry> terminals = new TreeMap<>(snapshot.terminals());
        for (TtyInfoEntry slave : Terminals.orphans(snapshot)) {
            Fd master = made.get(slave.getPty().getIndex()).master();
            // before it is given: whoever has it may give it another size
            size(master, slave.getWinsize());
            if (taker.take(master)) {
                TtyInfoEntry entry = master(
                        slave,
                        1 + terminals.keySet().stream().mapToInt(id -> id).max().orElse(0));
                terminals.put(entry.getId(), entry);
            }
        }
        return snapshot.withTerminals(terminals);
    }

    private static void size(Fd master, WinsizeEntry size) throws IOException {
        PseudoTerminal.windowSize(master, size.getWsRow(), size.getWsCol(), size.getWsXpixel(), size.getWsYpixel());
    }

    private static TtyInfoEntry master(TtyInfoEntry slave, int id) {
        return TtyInfoEntry.newBuilder()
                .setId(id)
                .setType(slave.getType())
                .setLocked(false)
                .setExclusive(false)
                .setPacketMode(false)
                .setSid(slave.getSid())
                .setPgrp(slave.getPgrp())
                .setRdev(PseudoTerminal.MASTER_DEVICE)
                .setPty(slave.getPty())
                .build();
    }
}
