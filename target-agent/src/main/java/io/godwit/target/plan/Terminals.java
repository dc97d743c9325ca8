package io.godwit.target.plan;

import io.godwit.image.proto.TtyInfoEntry;
import io.godwit.linux.terminal.PseudoTerminal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pseudo terminals of which a tree has both ends. */
public final class Terminals {
    private final Map<Integer, Pair> byIndex = new LinkedHashMap<>();

    private Terminals() {}

    /**
     * One of them.
     *
     * @param index the number N of /dev/pts/N
     * @param session the session that it controls, 0 for none
     * @param foreground the process group in its foreground
     * @param slave empty if the slave end was never open
     */
    public record Pair(int index, int session, int foreground, TtyInfoEntry master, Optional<TtyInfoEntry> slave) {}

    /** Those of a snapshot; a terminal without its master belongs to somebody outside. */
    public static Terminals of(Snapshot snapshot) {
        Map<Integer, TtyInfoEntry> slaves = ends(snapshot, false);
        Map<Integer, TtyInfoEntry> masters = ends(snapshot, true);
        Terminals terminals = new Terminals();
        masters.forEach((index, master) -> {
            TtyInfoEntry slave = slaves.get(index);
            // an end that does not say it may leave it to the other
            TtyInfoEntry teller = master.getSid() == 0 && slave != null ? slave : master;
            terminals.byIndex.put(
                    index, new Pair(index, teller.getSid(), teller.getPgrp(), master, Optional.ofNullable(slave)));
        });
        return terminals;
    }

    private static Map<Integer, TtyInfoEntry> ends(Snapshot snapshot, boolean masters) {
        Map<Integer, TtyInfoEntry> ends = new LinkedHashMap<>();
        for (TtyInfoEntry terminal : snapshot.terminals().values()) {
            if (terminal.hasPty() && (terminal.getRdev() == PseudoTerminal.MASTER_DEVICE) == masters) {
                ends.put(terminal.getPty().getIndex(), terminal);
            }
        }
        return ends;
    }

    /** The slaves of those whose master was outside of the tree. */
    public static List<TtyInfoEntry> orphans(Snapshot snapshot) {
        Map<Integer, TtyInfoEntry> slaves = ends(snapshot, false);
        slaves.keySet().removeAll(ends(snapshot, true).keySet());
        return List.copyOf(slaves.values());
    }

    /** By their numbers. */
    public Map<Integer, Pair> byIndex() {
        return byIndex;
    }

    /** The controlling terminal of a session. */
    public Optional<Pair> controlling(int session) {
        return byIndex.values().stream()
                .filter(pair -> pair.session() == session && session != 0)
                .findFirst();
    }
}
