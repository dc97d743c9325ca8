package io.godwit.source.collect;

import io.godwit.linux.FileStatus;
import io.godwit.linux.LinuxException;
import io.godwit.linux.RootDirectory;
import io.godwit.linux.proc.Mount;
import io.godwit.linux.proc.MountInfo;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The mounts of this host, among which what a tree has mounted from outside is found again.
 *
 * @param tree where the paths of the tree begin
 */
record HostMounts(List<Mount> mounts, RootDirectory tree) {
    /** Where nothing is to be found. */
    static final HostMounts NONE = new HostMounts(List.of(), RootDirectory.OWN);

    private static final String ROOT = "/";

    /** What a mount of the tree shows, as it is on this host. */
    record Source(String path, Mount mount) {}

    static HostMounts of(int root) throws IOException {
        return new HostMounts(Mount.of(Math.toIntExact(ProcessHandle.current().pid())), RootDirectory.of(root));
    }

    Optional<Source> find(Mount mount) {
        return mounts.stream()
                .filter(here -> here.info().device() == mount.info().device()
                        && MountInfo.isBelow(mount.info().root(), here.info().root()))
                .sorted(Comparator.comparing(here -> !isTied(mount, here)))
                .map(here -> new Source(path(here, mount.info().root()), here))
                .filter(source -> shows(source.path(), mount.info().point()))
                .findFirst();
    }

    /** One is a peer of the other, or follows it: it may be one of several that show the same. */
    private static boolean isTied(Mount mount, Mount here) {
        return here.shared() != 0 && (here.shared() == mount.shared() || here.shared() == mount.master());
    }

    private static String path(Mount here, String shown) {
        String from = here.info().root();
        String below = shown.substring(from.equals(ROOT) ? 0 : from.length());
        String path = (here.info().point().equals(ROOT) ? "" : here.info().point()) + (below.equals(ROOT) ? "" : below);
        return path.isEmpty() ? ROOT : path;
    }

    /** Another mount may hide it here. */
    private boolean shows(String path, String point) {
        try {
            FileStatus here = RootDirectory.OWN.status(path);
            FileStatus there = tree.status(point);
            return here.device() == there.device() && here.inode() == there.inode();
        } catch (LinuxException gone) {
            return false;
        }
    }
}
