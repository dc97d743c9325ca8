package io.godwit.source.collect;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStat;
import io.godwit.linux.terminal.PseudoTerminal;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks at the controlling terminals of a tree, which belong to sessions. */
final class SessionTerminals {
    private static final int NONE = -1;

    private final List<Integer> pids;
    private final Map<Integer, Integer> inside;
    private final Set<Integer> orphans;
    private final boolean jobs;

    /**
     * Those of these processes.
     *
     * @param inside the terminals of which the tree has the master: the session that each controls, by its number
     * @param orphans those that it has open and of which it gets a new master
     * @param jobs terminals outside of the tree are allowed
     */
    SessionTerminals(List<Integer> pids, Map<Integer, Integer> inside, Set<Integer> orphans, boolean jobs) {
        this.pids = pids;
        this.inside = inside;
        this.orphans = orphans;
        this.jobs = jobs;
    }

    /** Adds what can not be moved. */
    void look(List<CannotMoveException> errors) throws IOException {
        Map<Integer, ProcStat> stats = new LinkedHashMap<>();
        for (int pid : pids) {
            ProcDirectory proc = ProcDirectory.process(pid);
            try {
                stats.put(pid, proc.stat());
            } catch (IOException e) {
                if (proc.lives()) {
                    throw e;
                }
            }
        }
        for (ProcStat stat : stats.values()) {
            int terminal = terminal(stat);
            ProcStat leader = stats.get(stat.session());
            if (terminal != NONE && !controls(terminal, stat.session())) {
                if (!jobs && !orphans.contains(terminal)) {
                    errors.add(new CannotMoveException(
                            "process " + stat.pid(),
                            "it has a controlling terminal that a process outside of the tree made",
                            "start it in screen, tmux or script and move that, or with setsid and its standard streams in"
                                    + " files"));
                }
            } else if (leader != null && terminal(leader) != terminal && comesAlong(terminal(leader))) {
                errors.add(new CannotMoveException(
                        "process " + stat.pid(),
                        "it has let go of the controlling terminal of its session, which can not be moved yet",
                        "start it with setsid"));
            }
        }
    }

    private boolean comesAlong(int terminal) {
        return inside.containsKey(terminal) || orphans.contains(terminal);
    }

    /** One of another instance of devpts may have the same number, but not the same session. */
    private boolean controls(int terminal, int session) {
        return inside.getOrDefault(terminal, NONE) == session;
    }

    private static int terminal(ProcStat stat) {
        return PseudoTerminal.slaveIndex(stat.terminal()).orElse(stat.terminal() == 0 ? NONE : Integer.MAX_VALUE);
    }
}
