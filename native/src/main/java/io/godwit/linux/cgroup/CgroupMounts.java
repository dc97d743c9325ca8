package io.godwit.linux.cgroup;

import io.godwit.linux.proc.MountInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where the hierarchies of cgroups are in the file system. */
public final class CgroupMounts {
    private static final Set<String> TYPES = Set.of("cgroup", "cgroup2");

    private final List<Mount> mounts;
    private final Optional<Path> yard;

    /** The mount of a hierarchy, among whose options are its controllers. */
    private record Mount(MountInfo info) {
        boolean is(String hierarchy) {
            return hierarchy.equals(CgroupSet.UNIFIED)
                    ? unified()
                    : !unified() && info.options().containsAll(List.of(hierarchy.split(",")));
        }

        private boolean unified() {
            return info.type().equals("cgroup2");
        }

        /** Empty if the path is outside of what is mounted. */
        Optional<Path> directory(String path) {
            String root = info.root();
            Path point = Path.of(info.point());
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
        return of(MountInfo.ofThisProcess());
    }

    /** A directory with one for each hierarchy, which is named as its controllers are. */
    public static CgroupMounts yard(Path yard) {
        return new CgroupMounts(List.of(), Optional.of(yard));
    }

    /**
     * What these are of.
     *
     * @param all the mounts of this process
     */
    public static CgroupMounts of(List<MountInfo> all) {
        List<Mount> mounts = all.stream()
                .filter(mount -> TYPES.contains(mount.type()))
                .sorted(Comparator.comparingInt(mount -> mount.root().length()))
                .map(Mount::new)
                .toList();
        return new CgroupMounts(mounts, Optional.empty());
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
