package io.godwit.linux.cgroup;

import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where the hierarchies of cgroups are in the file system. */
public final class CgroupMounts {
    private static final int ROOT = 3;
    private static final int POINT = 4;

    private final List<Mount> mounts;
    private final Optional<Path> yard;

    /**
     * A mount.
     *
     * @param root the directory of the hierarchy that is mounted
     * @param options of the superblock, among which are the controllers
     */
    private record Mount(boolean unified, String root, Path point, Set<String> options) {
        boolean is(String hierarchy) {
            return hierarchy.equals(CgroupSet.UNIFIED)
                    ? unified
                    : !unified && options.containsAll(List.of(hierarchy.split(",")));
        }

        /** Empty if the path is outside of what is mounted. */
        Optional<Path> directory(String path) {
            if (root.equals("/")) {
                return Optional.of(below(point, path));
            }
            if (path.equals(root) || path.startsWith(root + "/")) {
                return Optional.of(below(point, path.substring(root.length())));
            }
            return Optional.empty();
        }
    }

    private CgroupMounts(List<Mount> mounts, Optional<Path> yard) {
        this.mounts = mounts;
        this.yard = yard;
    }

    /** What this process sees. */
    public static CgroupMounts ofThisProcess() throws IOException {
        return parse(ProcDirectory.process((int) ProcessHandle.current().pid()).lines("mountinfo"));
    }

    /** A directory with one for each hierarchy, which is named as its controllers are. */
    public static CgroupMounts yard(Path yard) {
        return new CgroupMounts(List.of(), Optional.of(yard));
    }

    /** The lines of /proc/PID/mountinfo (proc(5)). */
    static CgroupMounts parse(List<String> lines) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : lines) {
            String[] halves = line.split(" - ", 2);
            String[] mount = halves[0].split(" ");
            String[] type = halves.length == 2 ? halves[1].split(" ") : new String[] {""};
            if (type[0].equals("cgroup") || type[0].equals("cgroup2")) {
                mounts.add(new Mount(
                        type[0].equals("cgroup2"),
                        unescaped(mount[ROOT]),
                        Path.of(unescaped(mount[POINT])),
                        Set.of(type[type.length - 1].split(","))));
            }
        }
        mounts.sort(Comparator.comparingInt(mount -> mount.root().length()));
        return new CgroupMounts(mounts, Optional.empty());
    }

    private static String unescaped(String path) {
        return path.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    }

    /**
     * The directory of a cgroup, which need not be there; empty if its hierarchy is not mounted, or not that part of it. What
     * lies outside of this process's cgroup namespace has a path that leads upwards.
     */
    public Optional<Path> directory(String hierarchy, String path) {
        if (List.of(path.split("/")).contains("..")) {
            return Optional.empty();
        }
        if (yard.isPresent()) {
            Path mount = yard.get().resolve(yardName(hierarchy));
            return Files.isDirectory(mount) ? Optional.of(below(mount, path)) : Optional.empty();
        }
        return mounts.stream()
                .filter(mount -> mount.is(hierarchy))
                .flatMap(mount -> mount.directory(path).stream())
                .findFirst();
    }

    private static Path below(Path mount, String path) {
        int start = 0;
        while (start < path.length() && path.charAt(start) == '/') {
            start++;
        }
        return mount.resolve(path.substring(start));
    }

    private static String yardName(String hierarchy) {
        if (hierarchy.equals(CgroupSet.UNIFIED)) {
            return "unified";
        }
        return hierarchy.startsWith(CgroupSet.NAMED) ? hierarchy.substring(CgroupSet.NAMED.length()) : hierarchy;
    }

    /** A hierarchy by its name, for an error. */
    public static String describe(String hierarchy) {
        return hierarchy.equals(CgroupSet.UNIFIED) ? "of version 2" : "of " + hierarchy;
    }
}
