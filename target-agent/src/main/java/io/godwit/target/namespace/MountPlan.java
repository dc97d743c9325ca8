package io.godwit.target.namespace;

import io.godwit.image.proto.Fstype;
import io.godwit.image.proto.MntEntry;
import io.godwit.linux.proc.MountInfo;
import io.godwit.target.plan.RestoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the mounts of a tree are made, one after the other, in a new root.
 *
 * @param root what becomes the root; empty for the root directory as it is
 * @param top the mount of the root in the images, which tells its flags
 */
record MountPlan(Optional<String> root, Optional<MntEntry> top, List<MountStep> steps) {
    private static final String ROOT = "/";
    private static final Map<Fstype, String> ANEW = Map.of(
            Fstype.PROC, "proc",
            Fstype.SYSFS, "sysfs",
            Fstype.TMPFS, "tmpfs",
            Fstype.DEVPTS, "devpts",
            Fstype.MQUEUE, "mqueue",
            Fstype.CGROUP, "cgroup",
            Fstype.CGROUP2, "cgroup2");

    static MountPlan of(List<MntEntry> mounts, NamespaceOptions options) throws RestoreException {
        List<MountStep> steps = new ArrayList<>();
        List<MntEntry> roots = mounts.stream().filter(MountPlan::isRoot).toList();
        List<MntEntry> before = new ArrayList<>(roots);
        for (MntEntry mount : mounts) {
            if (!isRoot(mount)) {
                MountStep step = step(mount, before, options);
                requireOutside(step, steps);
                steps.add(step);
                before.add(mount);
            }
        }
        return new MountPlan(options.root(), roots.stream().reduce((below, above) -> above), List.copyOf(steps));
    }

    /** What is mounted on a peer of a mount of this host would show there too, once more with each restore. */
    private static void requireOutside(MountStep step, List<MountStep> before) throws RestoreException {
        String point = step.mount().getMountpoint();
        for (MountStep below : before) {
            if (below instanceof MountStep.External external
                    && external.isPeer()
                    && MountInfo.isBelow(point, external.mount().getMountpoint())) {
                throw new RestoreException("mount " + point + " is on "
                        + external.mount().getMountpoint()
                        + ", which is shared with " + external.path() + " of this host, so that it would be mounted"
                        + " there too; leave one of the two out by --skip-mnt at the dump");
            }
        }
    }

    private static boolean isRoot(MntEntry mount) {
        return mount.getMountpoint().equals(ROOT);
    }

    private static MountStep step(MntEntry mount, List<MntEntry> before, NamespaceOptions options)
            throws RestoreException {
        String point = mount.getMountpoint();
        if (mount.hasExtKey()) {
            String key = mount.getExtKey();
            String path = options.path(key)
                    .orElseThrow(() -> new RestoreException("mount " + point
                            + " comes from outside; give its path on this host by --external mnt[" + key + "]:PATH"
                            + (key.startsWith("/") ? ", or by --external mnt[] if it is the same" : "")));
            return new MountStep.External(mount, path, !options.mounts().containsKey(key));
        }
        if (mount.getMasterId() != 0) {
            throw new RestoreException("mount " + point
                    + " follows another mount (it is a slave), which can not be restored yet; make it private before the"
                    + " dump");
        }
        for (MntEntry other : before) {
            if (other.getRootDev() == mount.getRootDev() && MountInfo.isBelow(mount.getRoot(), other.getRoot())) {
                return new MountStep.Bind(mount, path(other, mount));
            }
        }
        Fstype kind = Fstype.forNumber(mount.getFstype());
        String plain = mount.hasFsname() && options.enables(mount.getFsname()) ? mount.getFsname() : null;
        String type = kind == null ? null : ANEW.getOrDefault(kind, plain);
        if (type == null || !mount.getRoot().equals(ROOT)) {
            String name = mount.hasFsname() ? mount.getFsname() : String.valueOf(kind);
            throw new RestoreException("mount " + point + " of " + name
                    + " can not be restored yet; give it from outside, by --external at the dump and the restore, or have it"
                    + " mounted as it is, by --enable-fs at both");
        }
        return new MountStep.New(mount, type);
    }

    /** Where what a mount shows is in another one. */
    private static String path(MntEntry in, MntEntry shown) {
        String below = in.getRoot().equals(ROOT)
                ? shown.getRoot().substring(1)
                : shown.getRoot()
                        .substring(
                                Math.min(shown.getRoot().length(), in.getRoot().length() + 1));
        String point = in.getMountpoint().equals(ROOT) ? "" : in.getMountpoint();
        return below.isEmpty() && !point.isEmpty() ? point : point + "/" + below;
    }
}
