package io.godwit.source.collect;

import io.godwit.linux.LinuxException;
import io.godwit.linux.NamespaceKind;
import io.godwit.linux.RootDirectory;
import io.godwit.linux.proc.Mount;
import io.godwit.linux.proc.MountInfo;
import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The namespaces that a tree has of its own: those of its root that are not godwit's. All of its processes must be in the same ones
 * as the root.
 */
public final class TreeNamespaces {
    private static final String OF_CHILDREN = "_for_children";
    private static final int INIT = 1;

    private final Namespaces own;
    private final int root;
    /** The links of the root that are not godwit's. */
    private final Map<NamespaceKind, String> others = new EnumMap<>(NamespaceKind.class);

    private TreeNamespaces(Namespaces own, int root) {
        this.own = own;
        this.root = root;
    }

    /** None: all that is elsewhere is refused. */
    public static TreeNamespaces none() throws LinuxException {
        return new TreeNamespaces(new Namespaces(), 0);
    }

    /** Those of the tree below a process. */
    public static TreeNamespaces of(int root) throws LinuxException {
        TreeNamespaces namespaces = new TreeNamespaces(new Namespaces(), root);
        for (NamespaceKind kind : NamespaceKind.HELD) {
            String link = Namespaces.link(root, kind.word());
            if (!link.equals(namespaces.own.link(kind.word()))) {
                namespaces.others.put(kind, link);
            }
        }
        return namespaces;
    }

    /** The kinds of which the tree has one of its own. */
    public Set<NamespaceKind> kinds() {
        return others.keySet();
    }

    public boolean has(NamespaceKind kind) {
        return others.containsKey(kind);
    }

    /** What the link in /proc of one of its own says, such as {@code net:[4026532000]}; empty if it has none. */
    String link(NamespaceKind kind) {
        return others.getOrDefault(kind, "");
    }

    /** The pid of the root here. */
    public int root() {
        return root;
    }

    /** What in the namespaces of a process stands against moving it. */
    public List<CannotMoveException> differences(int pid) throws IOException {
        List<CannotMoveException> differences = new ArrayList<>();
        for (CannotMoveException difference : own.differences(pid, this::isOfTheTree)) {
            differences.add(difference);
        }
        if (pid == root && has(NamespaceKind.PID)) {
            int[] pids = ProcDirectory.process(pid).status().namespacePids();
            int depth = ProcDirectory.own().status().namespacePids().length;
            if (pids.length != depth + 1 || pids[depth] != INIT) {
                differences.add(new CannotMoveException(
                        "process " + pid,
                        "it is not the init of its pid namespace, or that is nested deeper than one below godwit's",
                        "name the process that is pid 1 in it, or run godwit inside the namespace with nsenter"));
            }
        }
        if (pid == root && has(NamespaceKind.MNT)) {
            String directory = ProcDirectory.process(pid).link("root");
            if (!directory.equals("/")) {
                differences.add(new CannotMoveException(
                        "process " + pid,
                        "its root directory is " + directory
                                + " in a mount namespace of its own, which can not be moved yet",
                        "let it call pivot_root(2) instead of chroot(2)"));
            }
        }
        return differences;
    }

    /**
     * What stands against keeping a TCP connection: the lock of its packets has the pid of the root in its name, which would be
     * another one at the restore, and is in the network of godwit.
     */
    public Optional<CannotMoveException> againstConnection(String connection) {
        return has(NamespaceKind.PID) || has(NamespaceKind.NET)
                ? Optional.of(new CannotMoveException(
                        connection,
                        "a TCP connection can not be kept by a tree with a pid or network namespace of its own yet",
                        "close it, or give --tcp-close"))
                : Optional.empty();
    }

    private boolean isOfTheTree(String name, String link) {
        return others.entrySet().stream()
                .anyMatch(other ->
                        name.replace(OF_CHILDREN, "").equals(other.getKey().word()) && link.equals(other.getValue()));
    }

    /** Processes in the tree's pid namespace end when the tree does; so all must be in the tree. */
    public List<CannotMoveException> strangers(Set<Integer> tree) {
        List<CannotMoveException> strangers = new ArrayList<>();
        String namespace = others.get(NamespaceKind.PID);
        if (namespace == null) {
            return strangers;
        }
        ProcessHandle.allProcesses().mapToInt(process -> (int) process.pid()).forEach(pid -> {
            if (!tree.contains(pid) && isIn(pid, namespace) && isOutside(pid)) {
                strangers.add(new CannotMoveException(
                        "process " + pid,
                        "it has entered the tree's pid namespace from outside, and would end with the tree",
                        "end it, or dump again when it has ended"));
            }
        });
        return strangers;
    }

    private static boolean isIn(int pid, String namespace) {
        try {
            return Namespaces.link(pid, NamespaceKind.PID.word()).equals(namespace);
        } catch (LinuxException gone) {
            return false;
        }
    }

    /** The tree may have got it since it was listed. */
    private boolean isOutside(int pid) {
        try {
            for (int ancestor = pid; ancestor > INIT; ) {
                if (ancestor == root) {
                    return false;
                }
                ancestor = ProcDirectory.process(ancestor).stat().parent();
            }
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    /** The numbers that processes have in the images. */
    public TreePids pids() {
        return has(NamespaceKind.PID) ? TreePids.inner() : TreePids.SAME;
    }

    /** Where the tree's paths and pids have their meaning; the mounts are godwit's if the tree has none of its own. */
    public Surroundings surroundings(List<MountInfo> mounts) throws IOException {
        TreePids pids = pids();
        OptionalInt network = has(NamespaceKind.NET) ? OptionalInt.of(root) : OptionalInt.empty();
        if (!has(NamespaceKind.MNT)) {
            return new Surroundings(mounts, RootDirectory.OWN, pids, network);
        }
        return new Surroundings(
                Mount.of(root).stream().map(Mount::info).toList(), RootDirectory.of(root), pids, network);
    }
}
