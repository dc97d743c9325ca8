package io.godwit.source.journal;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.net.Sockets;
import io.godwit.linux.net.TcpInfo;
import io.godwit.linux.net.TcpRepair;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.freeze.TaskIdentity;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;

/** A tree that an agent has left, which nobody traces. */
public final class LeftTree {
    private static final int SIGKILL = 9;
    private static final int SIGCONT = 18;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_PROTOCOL = 38;
    private static final int POLLIN = 1;
    private static final int PATIENCE_MILLIS = 10_000;

    private final JournalEntry entry;

    public LeftTree(JournalEntry entry) {
        this.entry = entry;
    }

    private interface SocketAction {
        void accept(Fd socket) throws IOException;
    }

    /** The connections that are in repair live again. */
    public void revive() throws IOException {
        eachConnection(socket -> {
            if (TcpRepair.active(socket)) {
                TcpRepair.endQuietly(socket);
                // what it was is not known any more; on, as servers have it, it lets a server start anew
                Sockets.setOption(socket, Sockets.SOL_SOCKET, SO_REUSEADDR, 1);
            }
        });
    }

    /** The end of the tree is not told to the other sides of its connections. */
    public void silence() throws IOException {
        eachConnection(TcpRepair::begin);
    }

    /** Lets run what the migration has stopped. */
    public void goOn() throws IOException {
        for (JournalEntry.Task task : entry.tasks()) {
            if (!task.stands() && stands(task.identity().pid())) {
                signal(task.identity(), SIGCONT);
            }
        }
    }

    /** Ends it, and waits until it is gone. */
    public void kill() throws IOException {
        for (JournalEntry.Task task : entry.tasks()) {
            signal(task.identity(), SIGKILL);
        }
        for (JournalEntry.Task task : entry.tasks()) {
            awaitEnd(task.identity());
        }
    }

    /** One that runs, though the migration had stopped all. */
    public OptionalInt running() {
        return entry.tasks().stream()
                .map(JournalEntry.Task::identity)
                .filter(LeftTree::runs)
                .mapToInt(TaskIdentity::pid)
                .findFirst();
    }

    private static boolean runs(TaskIdentity task) {
        try {
            return Journal.lives(task)
                    && !ProcDirectory.process(task.pid()).stat().stopped();
        } catch (IOException e) {
            // it has ended
            return false;
        }
    }

    /** Whether the root's pid is that of a later process. */
    public boolean replaced() {
        return ProcDirectory.process(entry.root().pid()).lives() && !Journal.lives(entry.root());
    }

    private static boolean stands(int pid) throws IOException {
        return ProcDirectory.process(pid).lives()
                && ProcDirectory.process(pid).stat().stopped();
    }

    private void eachConnection(SocketAction action) throws IOException {
        for (int pid : pids()) {
            eachConnection(pid, action);
        }
    }

    /** A process that runs may end meanwhile, and its connections with it. */
    private static void eachConnection(int pid, SocketAction action) throws IOException {
        try (Fd process = Descriptors.pidfdOpen(pid)) {
            for (int number : ProcDirectory.process(pid).descriptors()) {
                eachConnection(process, pid, number, action);
            }
        } catch (IOException e) {
            if (ProcDirectory.process(pid).lives()) {
                throw e;
            }
        }
    }

    /** A tree that runs may have closed it by now. */
    private static void eachConnection(Fd process, int pid, int number, SocketAction action) throws IOException {
        try {
            if (!ProcDirectory.process(pid).link("fd/" + number).startsWith("socket:")) {
                return;
            }
            try (Fd socket = Descriptors.pidfdGetfd(process, number, "process " + pid)) {
                if (connection(socket)) {
                    action.accept(socket);
                }
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.EBADF) {
                throw e;
            }
        }
    }

    private static boolean connection(Fd socket) throws LinuxException {
        return Sockets.option(socket, Sockets.SOL_SOCKET, SO_PROTOCOL) == Sockets.IPPROTO_TCP
                && TcpInfo.of(socket).state().connected();
    }

    /** Before the commit the tasks were not written down, and the tree may have changed since. */
    private List<Integer> pids() throws IOException {
        List<Integer> living = new ArrayList<>();
        if (entry.state() != JournalEntry.State.MOVING) {
            entry.tasks().stream()
                    .map(JournalEntry.Task::identity)
                    .filter(Journal::lives)
                    .forEach(task -> living.add(task.pid()));
            return living;
        }
        Deque<Integer> next = new ArrayDeque<>();
        if (Journal.lives(entry.root())) {
            next.add(entry.root().pid());
        }
        while (!next.isEmpty()) {
            int pid = next.remove();
            if (ProcDirectory.process(pid).lives()) {
                living.add(pid);
                next.addAll(children(pid));
            }
        }
        return living;
    }

    private static List<Integer> children(int pid) throws IOException {
        try {
            return ProcDirectory.process(pid).childrenOfAllThreads();
        } catch (IOException e) {
            if (ProcDirectory.process(pid).lives()) {
                throw e;
            }
            return List.of();
        }
    }

    /** By a pidfd, so that the process that is meant is the one that gets it. */
    private static void signal(TaskIdentity task, int signal) throws IOException {
        try (Fd process = Descriptors.pidfdOpen(task.pid())) {
            if (Journal.lives(task)) {
                Descriptors.signal(process, signal);
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    private static void awaitEnd(TaskIdentity task) throws IOException {
        try (Fd process = Descriptors.pidfdOpen(task.pid())) {
            if (Journal.lives(task) && Descriptors.poll(process, POLLIN, PATIENCE_MILLIS) == 0) {
                throw new IOException("process " + task.pid() + " was killed and does not end");
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }
}
