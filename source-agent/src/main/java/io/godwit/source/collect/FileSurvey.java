package io.godwit.source.collect;

import io.godwit.image.proto.FileEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.net.TcpConnection;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.options.FileOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks at the descriptors of running processes and names those that can not be moved, without reading any data. */
public final class FileSurvey {
    private static final int LOOKS = 8;

    private final List<Integer> pids;
    private final FileOptions options;
    private final Surroundings surroundings;
    private final List<String> watched = new ArrayList<>();
    private final List<CannotMoveException> errors = new ArrayList<>();
    private final List<CannotMoveException> warnings = new ArrayList<>();
    private final List<TcpConnection> connections = new ArrayList<>();
    private final List<FileEntry> sockets = new ArrayList<>();

    private FileSurvey(List<Integer> pids, FileOptions options, Surroundings surroundings) {
        this.pids = pids;
        this.options = options;
        this.surroundings = surroundings;
    }

    /**
     * Looks at the descriptors of these processes. As they run, one may be caught between two of its calls, with something in an
     * epoll descriptor that is no longer open, say: only what is in the way each time is named.
     *
     * @param surroundings of the tree
     */
    public static FileSurvey of(List<Integer> pids, FileOptions options, Surroundings surroundings) throws IOException {
        FileSurvey survey = new FileSurvey(pids, options, surroundings);
        survey.look();
        for (int look = 1; look < LOOKS && !survey.errors.isEmpty(); look++) {
            FileSurvey next = new FileSurvey(pids, options, surroundings);
            next.look();
            Set<String> before =
                    survey.errors.stream().map(Throwable::getMessage).collect(Collectors.toSet());
            next.errors.removeIf(error -> !before.contains(error.getMessage()));
            survey = next;
        }
        return survey;
    }

    /** What stands against moving them. */
    public List<CannotMoveException> errors() {
        return errors;
    }

    /** What will not be as before. */
    public List<CannotMoveException> warnings() {
        return warnings;
    }

    /**
     * Passes if nothing stands against moving them.
     *
     * @throws CannotMoveException naming the first thing that does, and how many more there are
     */
    public void requireMovable() throws CannotMoveException {
        if (!errors.isEmpty()) {
            throw errors.get(0).andMore(errors.size() - 1);
        }
    }

    /** Paths that the processes watch without having them open. */
    public List<String> watched() {
        return watched;
    }

    /** The TCP connections that are to be kept. */
    public List<TcpConnection> connections() {
        return connections;
    }

    /** All sockets of the processes. */
    public List<FileEntry> sockets() {
        return sockets;
    }

    private void look() throws IOException {
        FileTable table =
                new FileTable(options, false, (file, open) -> connections.add(open.connection()), surroundings);
        Map<String, String> pipes = new HashMap<>();
        for (int pid : pids) {
            try (Fd pidfd = Descriptors.pidfdOpen(pid)) {
                for (int fd : ProcDirectory.process(pid).descriptors()) {
                    examine(table, pid, pidfd, fd, pipes);
                }
            } catch (LinuxException e) {
                if (ProcDirectory.process(pid).lives()) {
                    throw e;
                }
            }
        }
        watched.addAll(table.watched());
        sockets.addAll(table.sockets());
        Map<Integer, Integer> terminals = table.terminals();
        for (int terminal : terminals.keySet()) {
            pipes.put("/dev/pts/" + terminal, "terminal /dev/pts/" + terminal);
        }
        for (Outsider outsider : outsiders(pipes)) {
            boolean pipe = outsider.link().startsWith("pipe:");
            (pipe && options.leftBehind() ? warnings : errors).add(outsider.finding());
        }
        errors.addAll(table.outsideTerminals());
        table.processes().forEach((descriptor, pid) -> {
            if (!pids.contains(pid) && isOutside(pid, pids)) {
                errors.add(PidfdCollector.outside(descriptor, pid));
            }
        });
        new SessionTerminals(pids, terminals, table.orphans(), options.terminal()).look(errors);
        table.outsidePeers().forEach(this::judge);
        (options.connections().skipInFlight() ? warnings : errors).addAll(table.inFlight());
    }

    private void judge(UnixSocketCollector.OutsidePeer connection) {
        boolean allowed = options.externalUnixSockets()
                || options.external().contains("unix[" + connection.socket().inode() + "]")
                || options.external().contains("unix[" + connection.socket().peer() + "]");
        (allowed ? warnings : errors)
                .add(new CannotMoveException(
                        connection.subject(),
                        "it is connected to a process that is not in the tree",
                        allowed
                                ? "restore it with --inherit-fd fd[N]:socket:["
                                        + connection.socket().inode() + "]"
                                : "close the connection, or move that process too; a dump has --ext-unix-sk"));
    }

    private void examine(FileTable table, int pid, Fd pidfd, int fd, Map<String, String> pipes) throws IOException {
        try (OpenFile file = OpenFile.of(pid, pidfd, fd)) {
            if (file.link().startsWith("pipe:[")) {
                pipes.putIfAbsent(file.link(), file.describe());
            }
            table.describe(file);
        } catch (CannotMoveException e) {
            errors.add(e);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.EBADF) {
                throw e;
            }
        }
    }

    /**
     * A process outside of the tree that has something of it open.
     *
     * @param link what /proc/PID/fd/FD points to
     * @param ours the tree's end in words
     */
    private record Outsider(String link, String ours, int pid) {
        CannotMoveException finding() {
            return link.startsWith("pipe:")
                    ? new CannotMoveException(
                            ours,
                            "process " + pid + ", which is not in the tree, has the same pipe open",
                            "move that process too, or use a file instead; a restore has --inherit-fd for pipes")
                    : new CannotMoveException(
                            ours,
                            "process " + pid + ", which is not in the tree, has it open",
                            "move that process too, or let it close the terminal");
        }
    }

    /** A pipe or terminal that a process outside of the tree holds too would lose that end. */
    private List<Outsider> outsiders(Map<String, String> pipes) throws IOException {
        List<Outsider> findings = new ArrayList<>();
        if (pipes.isEmpty()) {
            return findings;
        }
        Map<String, String> left = new HashMap<>(pipes);
        ProcessHandle.allProcesses().mapToInt(process -> (int) process.pid()).forEach(pid -> {
            if (!pids.contains(pid)) {
                for (String link : links(pid)) {
                    String ours = left.get(link);
                    if (ours != null && isOutside(pid, pids)) {
                        left.remove(link);
                        findings.add(new Outsider(link, ours, pid));
                    }
                }
            }
        });
        return findings;
    }

    /** The tree may have got new processes since it was listed; one that ended does not matter. */
    private static boolean isOutside(int pid, List<Integer> tree) {
        try {
            int ancestor = pid;
            while (ancestor > 1) {
                if (tree.contains(ancestor)) {
                    return false;
                }
                ancestor = ProcDirectory.process(ancestor).stat().parent();
            }
            return true;
        } catch (IOException e) {
            return ProcDirectory.process(pid).lives();
        }
    }

    private static List<String> links(int pid) {
        List<String> links = new ArrayList<>();
        ProcDirectory proc = ProcDirectory.process(pid);
        try {
            for (int fd : proc.descriptors()) {
                links.add(proc.link("fd/" + fd));
            }
        } catch (IOException e) {
            return links;
        }
        return links;
    }
}
