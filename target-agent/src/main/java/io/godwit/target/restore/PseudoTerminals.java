package io.godwit.target.restore;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.terminal.PseudoTerminal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The pseudo terminals of a tree that is restored, by the numbers that they had. They are there before the tree is forked, as a
 * process has its controlling terminal from its parent. For the thread that traces the tree alone.
 */
final class PseudoTerminals implements AutoCloseable {
    /** More than the kernel gives out (kernel.pty.max). */
    private static final int MOST = 1 << 12;

    private static final int POLLHUP = 0x10;

    private final Map<Integer, Pair> pairs = new HashMap<>();

    /** Both ends; the slave's is opened when it is needed, since a master is told when it is closed. */
    static final class Pair implements AutoCloseable {
        private final Fd master;
        private Fd slave;

        private Pair(Fd master) {
            this.master = master;
        }

        Fd master() {
            return master;
        }

        Fd slave() throws LinuxException {
            if (slave == null) {
                PseudoTerminal.lock(master, false);
                slave = PseudoTerminal.openSlave(master, Descriptors.O_RDWR | Descriptors.O_NONBLOCK);
            }
            return slave;
        }

        /** Whether the session that it controlled has ended. */
        private boolean hungUp() throws LinuxException {
            return slave != null && (Descriptors.poll(slave, 0, 0) & POLLHUP) != 0;
        }

        @Override
        public void close() {
            if (slave != null) {
                slave.close();
            }
            master.close();
        }
    }

    /** The terminal of a number, made now if there is none yet. Another program may have the number: then it has another one. */
    Pair get(int index) throws LinuxException {
        Pair known = pairs.get(index);
        if (known != null && !known.hungUp()) {
            return known;
        }
        if (known != null) {
            known.close();
        }
        Pair made = new Pair(create(index));
        pairs.put(index, made);
        return made;
    }

    /** Lets go of all that have other numbers. */
    void keep(Set<Integer> indexes) {
        for (Iterator<Map.Entry<Integer, Pair>> i = pairs.entrySet().iterator(); i.hasNext(); ) {
            Map.Entry<Integer, Pair> next = i.next();
            if (!indexes.contains(next.getKey())) {
                next.getValue().close();
                i.remove();
            }
        }
    }

    /** The kernel gives the lowest free number, so those below are held until the wanted one comes. */
    private static Fd create(int wanted) throws LinuxException {
        List<Fd> held = new ArrayList<>();
        try {
            while (held.size() < MOST) {
                Fd master = PseudoTerminal.create();
                int index = PseudoTerminal.index(master);
                if (index == wanted) {
                    return master;
                }
                held.add(master);
                if (index > wanted) {
                    return held.remove(0);
                }
            }
            return held.remove(0);
        } finally {
            held.forEach(Fd::close);
        }
    }

    @Override
    public void close() {
        pairs.values().forEach(Pair::close);
        pairs.clear();
    }
}
