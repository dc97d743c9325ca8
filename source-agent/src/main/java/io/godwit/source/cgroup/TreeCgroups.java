package io.godwit.source.cgroup;

import io.godwit.image.proto.CgControllerEntry;
import io.godwit.image.proto.CgMemberEntry;
import io.godwit.image.proto.CgSetEntry;
import io.godwit.image.proto.CgroupEntry;
import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.cgroup.CgroupMode;
import io.godwit.linux.cgroup.CgroupMounts;
import io.godwit.linux.cgroup.CgroupRoots;
import io.godwit.linux.cgroup.CgroupSet;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.options.CgroupOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The cgroups of a tree's threads, by the numbers that images have for them. The set of this process has the first number: a tree
 * that is wholly in it needs no image, and a restore puts it into the set of whoever restores it.
 */
public final class TreeCgroups {
    /** The set that this process is in. */
    public static final int OWN = 1;

    private final CgroupOptions options;
    private final Map<CgroupSet, Integer> numbers = new LinkedHashMap<>();
    private final Map<Integer, Integer> byThread = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private Optional<CgroupEntry> image = Optional.empty();

    private TreeCgroups(CgroupOptions options) {
        this.options = options;
    }

    /** Those of a tree of which nothing is known: it is taken to be in this process's. */
    public static TreeCgroups ignored() {
        return new TreeCgroups(CgroupOptions.of(CgroupMode.IGNORE));
    }

    /**
     * Looks at the threads of processes that stand still.
     *
     * @param threads tids by pid
     */
    public static TreeCgroups of(Map<Integer, List<Integer>> threads, CgroupOptions options) throws IOException {
        TreeCgroups cgroups = new TreeCgroups(options);
        if (options.mode() != CgroupMode.IGNORE) {
            CgroupSet own = CgroupSet.ofThisProcess();
            cgroups.requireKnown(own);
            cgroups.numbers.put(cgroups.wanted(own), OWN);
            for (Map.Entry<Integer, List<Integer>> process : threads.entrySet()) {
                for (int tid : process.getValue()) {
                    cgroups.add(process.getKey(), tid);
                }
            }
            cgroups.collect();
        }
        return cgroups;
    }

    /** The same of processes that run and may end, for another host: there nothing is in this process's set. */
    public static TreeCgroups ofRunning(Collection<Integer> pids, CgroupMode mode) throws IOException {
        TreeCgroups cgroups = new TreeCgroups(CgroupOptions.of(mode));
        if (mode != CgroupMode.IGNORE) {
            cgroups.numbers.put(CgroupSet.parse(List.of()), OWN);
            for (int pid : pids) {
                cgroups.addRunning(pid);
            }
            cgroups.collect();
        }
        return cgroups;
    }

    private void addRunning(int pid) throws IOException {
        try {
            for (int tid : ProcDirectory.process(pid).threads()) {
                add(pid, tid);
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    private void add(int pid, int tid) throws IOException {
        CgroupSet set = wanted(CgroupSet.of(ProcDirectory.thread(pid, tid)));
        byThread.put(tid, numbers.computeIfAbsent(set, unknown -> numbers.size() + 1));
    }

    private void requireKnown(CgroupSet own) {
        for (String controller : options.controllers()) {
            if (own.paths().keySet().stream()
                    .noneMatch(hierarchy -> CgroupRoots.names(hierarchy).contains(controller))) {
                warnings.add("--cgroup-dump-controller " + controller + ": no hierarchy here has it");
            }
        }
    }

    /** Without the hierarchies that are to be left out. */
    private CgroupSet wanted(CgroupSet set) {
        if (!options.controllers().isEmpty()) {
            set.paths()
                    .keySet()
                    .removeIf(hierarchy ->
                            CgroupRoots.names(hierarchy).stream().noneMatch(options.controllers()::contains));
        }
        return set;
    }

    private void collect() throws IOException {
        if (numbers.size() == 1) {
            return;
        }
        CgroupEntry.Builder entry = CgroupEntry.newBuilder();
        numbers.forEach((set, number) -> entry.addSets(set(number, set)));
        CgroupMounts mounts =
                options.yard().isPresent() ? CgroupMounts.yard(options.yard().get()) : CgroupMounts.ofThisProcess();
        for (Map.Entry<String, SortedSet<String>> hierarchy : paths().entrySet()) {
            entry.addControllers(controller(hierarchy.getKey(), hierarchy.getValue(), mounts));
        }
        image = Optional.of(entry.build());
    }

    private static CgSetEntry set(int number, CgroupSet set) {
        CgSetEntry.Builder entry = CgSetEntry.newBuilder().setId(number);
        set.paths()
                .forEach((hierarchy, path) -> entry.addCtls(
                        CgMemberEntry.newBuilder().setName(hierarchy).setPath(path)));
        return entry.build();
    }

    /** Where threads of the tree are, by hierarchy. */
    private Map<String, SortedSet<String>> paths() {
        Map<String, SortedSet<String>> paths = new LinkedHashMap<>();
        numbers.forEach((set, number) -> {
            if (byThread.containsValue(number)) {
                set.paths()
                        .forEach((hierarchy, path) -> paths.computeIfAbsent(hierarchy, unknown -> new TreeSet<>())
                                .add(path));
            }
        });
        return paths;
    }

    private CgControllerEntry controller(String hierarchy, SortedSet<String> paths, CgroupMounts mounts)
            throws IOException {
        CgControllerEntry.Builder entry = CgControllerEntry.newBuilder()
                .addAllCnames(List.of(hierarchy.split(",")))
                .setIsThreaded(false);
        CgroupDirectories directories = new CgroupDirectories(hierarchy, options.properties(), warnings);
        for (String top : tops(options.roots().of(hierarchy), paths)) {
            Optional<Path> directory = mounts.directory(hierarchy, top);
            if (directory.isEmpty()) {
                warnings.add("the cgroup " + top + " " + CgroupMounts.describe(hierarchy)
                        + " is not to be seen here, so that a restore can not make it: mount its hierarchy, or name a"
                        + " --cgroup-yard");
            } else {
                entry.addDirs(directories.read(directory.get(), top.substring(1)));
                entry.setIsThreaded(entry.getIsThreaded() || threaded(directory.get()));
            }
        }
        return entry.build();
    }

    private static boolean threaded(Path directory) throws IOException {
        Path type = directory.resolve("cgroup.type");
        return Files.exists(type) && Files.readString(type).contains("threaded");
    }

    /** The highest directories. The root of a hierarchy belongs to nobody's tree, and is everywhere. */
    static List<String> tops(Optional<String> root, SortedSet<String> paths) {
        List<String> tops = new ArrayList<>();
        for (String path : root.isPresent() ? List.of(root.get()) : paths) {
            boolean covered = tops.stream().anyMatch(top -> path.startsWith(top + "/"));
            if (!path.equals("/") && !covered) {
                tops.add(path);
            }
        }
        return tops;
    }

    /** The number of a thread's set; one that is not known is where its process is, or 0: where its parent is. */
    public int of(int pid, int tid) {
        int unknown = options.mode() == CgroupMode.IGNORE ? OWN : 0;
        return byThread.getOrDefault(tid, byThread.getOrDefault(pid, unknown));
    }

    /** The image cgroup.img; empty if all are in this process's own. */
    public Optional<CgroupEntry> image() {
        return image;
    }

    /** What could not be read. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }
}
