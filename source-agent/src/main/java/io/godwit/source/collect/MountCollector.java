package io.godwit.source.collect;

import io.godwit.image.proto.Fstype;
import io.godwit.image.proto.MntEntry;
import io.godwit.linux.MountFlags;
import io.godwit.linux.proc.Mount;
import io.godwit.linux.proc.MountInfo;
import io.godwit.source.options.MountOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The mounts of a tree's own mount namespace. */
final class MountCollector {
    private static final String ROOT = "/";
    /** Kinds that the restore mounts anew. */
    private static final Map<String, Fstype> ANEW = Map.of(
            "proc", Fstype.PROC,
            "sysfs", Fstype.SYSFS,
            "tmpfs", Fstype.TMPFS,
            "devpts", Fstype.DEVPTS,
            "mqueue", Fstype.MQUEUE);
    /** The same, where the tree has a cgroup namespace of its own. */
    private static final Map<String, Fstype> CGROUPS = Map.of("cgroup", Fstype.CGROUP, "cgroup2", Fstype.CGROUP2);

    private final List<Mount> mounts;
    private final ExternalMounts external;
    private final HostMounts host;
    private final MountOptions options;
    private final boolean cgroups;
    private final List<CannotMoveException> obstacles = new ArrayList<>();
    private final List<MntEntry> entries = new ArrayList<>();
    private final List<MntEntry> contents = new ArrayList<>();

    /**
     * Those of a namespace.
     *
     * @param mounts as the kernel lists them
     * @param external those that come from outside
     * @param host where others are found that come from outside
     * @param cgroups the tree has a cgroup namespace of its own, of which they show the cgroups
     */
    MountCollector(
            List<Mount> mounts, ExternalMounts external, HostMounts host, MountOptions options, boolean cgroups) {
        this.cgroups = cgroups;
        SkippedMounts skipped = new SkippedMounts(options.skipped());
        this.mounts = parentsFirst(
                mounts.stream().filter(mount -> !skipped.has(mount)).toList());
        this.external = external;
        this.host = host;
        this.options = options;
        Set<String> points = new HashSet<>();
        for (Mount mount : this.mounts) {
            if (!points.add(mount.info().point())) {
                refuse(mount, "it hides another mount at the same place, which can not be moved yet", "unmount it");
            }
            add(mount);
        }
    }

    /** The kernel lists them by the times at which they came to be, which may be before they were put in their places. */
    private static List<Mount> parentsFirst(List<Mount> mounts) {
        Set<Integer> all = mounts.stream().map(Mount::id).collect(Collectors.toSet());
        Set<Integer> placed = new HashSet<>();
        List<Mount> left = new ArrayList<>(mounts);
        List<Mount> sorted = new ArrayList<>();
        while (!left.isEmpty()) {
            List<Mount> next = left.stream()
                    .filter(mount -> !all.contains(mount.parent()) || placed.contains(mount.parent()))
                    .toList();
            if (next.isEmpty()) {
                sorted.addAll(left);
                return sorted;
            }
            sorted.addAll(next);
            left.removeAll(next);
            next.forEach(mount -> placed.add(mount.id()));
        }
        return sorted;
    }

    /** What can not be moved. */
    List<CannotMoveException> obstacles() {
        return obstacles;
    }

    /** The images of the mounts, parents before what is on them. */
    List<MntEntry> entries() {
        return entries;
    }

    /** Those whose contents must be in the images, each file system once. */
    List<MntEntry> contents() {
        return contents;
    }

    private void add(Mount mount) {
        Optional<String> key = external.key(mount.info().point());
        Fstype type = type(mount.info().type());
        MntEntry.Builder entry = entry(mount, type);
        if (key.isPresent()) {
            entry.setExtMount(true).setExtKey(key.get());
        } else if (!mount.info().point().equals(ROOT)) {
            boolean follows = mount.master() != 0 && source(mount).isPresent();
            if (!follows && (isBound(mount) || isWhole(mount, type))) {
                requireAlone(mount);
                if (type == Fstype.TMPFS && !isBound(mount)) {
                    contents.add(entry.build());
                }
            } else {
                find(mount, entry);
            }
        }
        entries.add(entry.build());
    }

    private Fstype type(String name) {
        Fstype inNamespace = cgroups ? CGROUPS.getOrDefault(name, Fstype.AUTO) : Fstype.AUTO;
        return ANEW.getOrDefault(name, inNamespace);
    }

    /** A file system that is mounted anew; one of this host that is shown here is not, and would not be the same. */
    private boolean isWhole(Mount mount, Fstype type) {
        return mount.info().root().equals(ROOT)
                && (type != Fstype.AUTO || options.enables(mount.info().type()))
                && source(mount).isEmpty();
    }

    private Optional<HostMounts.Source> source(Mount mount) {
        return options.found() ? host.find(mount) : Optional.empty();
    }

    private void find(Mount mount, MntEntry.Builder entry) {
        Optional<HostMounts.Source> source = source(mount);
        if (source.isEmpty()) {
            refuse(
                    mount,
                    "a mount of " + mount.info().type()
                            + (mount.info().root().equals(ROOT)
                                    ? ""
                                    : " from its directory " + mount.info().root())
                            + " can not be moved yet",
                    "let the restore make it from outside, by --external mnt["
                            + mount.info().point() + "]:NAME");
            requireAlone(mount);
            return;
        }
        entry.setExtMount(true).setExtKey(source.get().path());
        if (mount.master() != 0 && mount.master() != source.get().mount().shared()) {
            refuse(
                    mount,
                    "it follows a mount that is not one of this host's",
                    "make it private by mount --make-private");
        } else if (mount.master() != 0 && !options.masters()) {
            refuse(mount, "it follows another mount", "allow that by --enable-external-masters (or mnt[]:m)");
        }
        if (mount.shared() != 0 && mount.shared() != source.get().mount().shared()) {
            refuse(
                    mount,
                    "what is mounted on it shows at other mounts, but not at that of this host, which can not be moved yet",
                    "make it private by mount --make-private, or give it a name by --external mnt["
                            + mount.info().point() + "]:NAME");
        } else if (mount.shared() != 0 && !options.sharing()) {
            refuse(
                    mount,
                    "what is mounted on it shows on this host too",
                    "allow that by --enable-external-sharing (or mnt[]:s)");
        }
    }

    /** A mount of what another one shows too, in whole or in part. */
    private boolean isBound(Mount mount) {
        return mounts.stream()
                .takeWhile(other -> other != mount)
                .anyMatch(other -> other.info().device() == mount.info().device()
                        && MountInfo.isBelow(mount.info().root(), other.info().root()));
    }

    private void requireAlone(Mount mount) {
        boolean peers = mount.shared() != 0
                && mounts.stream().anyMatch(other -> other != mount && other.shared() == mount.shared());
        if (mount.master() != 0 || peers) {
            refuse(
                    mount,
                    "what is mounted on it shows at another mount, or the other way round, which can not be moved yet",
                    "make it private by mount --make-private");
        }
    }

    private void refuse(Mount mount, String problem, String advice) {
        obstacles.add(new CannotMoveException("mount " + mount.info().point(), problem, advice));
    }

    private static MntEntry.Builder entry(Mount mount, Fstype type) {
        MntEntry.Builder entry = MntEntry.newBuilder()
                .setFstype(type.getNumber())
                .setMntId(mount.id())
                .setRootDev((int) mount.info().device())
                .setParentMntId(mount.parent())
                .setFlags(MountFlags.of(mount.flags()) | propagation(mount))
                .setSbFlags(MountFlags.of(words(mount)))
                .setRoot(mount.info().root())
                .setMountpoint(mount.info().point())
                .setSource(mount.source())
                .setOptions(Arrays.stream(mount.data().split(","))
                        .filter(word -> !MountFlags.isFlag(word))
                        .collect(Collectors.joining(",")))
                .setSharedId(mount.shared())
                .setMasterId(mount.master());
        if (type == Fstype.AUTO) {
            entry.setFsname(mount.info().type());
        }
        return entry;
    }

    private static Set<String> words(Mount mount) {
        return mount.info().options();
    }

    private static int propagation(Mount mount) {
        return mount.shared() != 0 ? MountFlags.SHARED : mount.isPrivate() ? MountFlags.PRIVATE : 0;
    }
}
