package io.godwit.target.namespace;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.proto.Fstype;
import io.godwit.image.proto.MntEntry;
import io.godwit.linux.MountFlags;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.Operand;

/** What the root of a tree runs to make its mounts. It is alone, so that what fails goes with it. */
final class MountPrograms {
    private static final int AT_FDCWD = -100;
    private static final int OPEN_TREE_CLONE = 1;
    private static final int O_CLOEXEC = 02000000;
    private static final int MOVE_MOUNT_F_EMPTY_PATH = 4;
    private static final int READ_ONLY = 1;
    private static final int PROPAGATION =
            MountFlags.SHARED | MountFlags.PRIVATE | MountFlags.UNBINDABLE | MountFlags.SLAVE;
    /** Any directory that each root has; the root directory itself can not be put into its own place. */
    private static final String SOME_DIRECTORY = "/proc";

    private final Assembler a;

    MountPrograms(Assembler a) {
        this.a = a;
    }

    /** What the tree mounts shall not show outside of it. */
    void separate() {
        a.label("separate the mounts of the tree from those of this host");
        mount(null, "/", null, MountFlags.RECURSIVE | MountFlags.PRIVATE, null);
    }

    /** Takes what is to be mounted from this host, before that is out of reach. */
    void take(MountStep.External external, int number) {
        a.label("take " + external.path() + ", which is to be mounted at "
                        + external.mount().getMountpoint())
                .advice("it must be there on this host; see --external");
        Operand taken = a.call(
                Syscall.OPEN_TREE,
                imm(AT_FDCWD),
                a.string(external.path()).address(),
                imm(OPEN_TREE_CLONE | O_CLOEXEC));
        a.call(Syscall.DUP3, taken, imm(number), imm(O_CLOEXEC));
        a.call(Syscall.CLOSE, taken);
    }

    /** Makes a directory the root, and lets go of what was. */
    void enter(MountPlan plan) {
        String root = plan.root().orElse("/");
        String place = root.equals("/") ? SOME_DIRECTORY : root;
        a.label("make " + root + " the root of the tree")
                .advice("it must be a directory that can be mounted; see --root");
        mount(root, place, null, MountFlags.BIND, null);
        a.call(Syscall.CHDIR, a.string(place).address());
        a.call(Syscall.PIVOT_ROOT, a.string(".").address(), a.string(".").address());
        a.call(Syscall.UMOUNT2, a.string(".").address(), imm(MountFlags.DETACH));
        a.call(Syscall.CHDIR, a.string("/").address());
    }

    /** Makes one mount. */
    void make(MountStep step, int number) {
        MntEntry mount = step.mount();
        a.label("mount " + mount.getMountpoint())
                .advice("the directory or file must be there in the root of the tree; see --root");
        if (step instanceof MountStep.New made) {
            // a file system with contents of its own is not written to, not even by a journal that is replayed
            boolean filled = mount.getFstype() == Fstype.TMPFS_VALUE;
            int flags = filled ? mount.getSbFlags() & ~READ_ONLY : mount.getSbFlags();
            mount(mount.getSource(), mount.getMountpoint(), made.type(), flags, mount.getOptions());
        } else if (step instanceof MountStep.Bind bind) {
            mount(bind.from(), mount.getMountpoint(), null, MountFlags.BIND, null);
        } else if (step instanceof MountStep.External external) {
            a.call(
                    Syscall.MOVE_MOUNT,
                    imm(number),
                    a.string("").address(),
                    imm(AT_FDCWD),
                    a.string(mount.getMountpoint()).address(),
                    imm(MOVE_MOUNT_F_EMPTY_PATH));
            a.call(Syscall.CLOSE, imm(number));
            int ties = ties(external);
            if (ties != MountFlags.SHARED) {
                mount(null, mount.getMountpoint(), null, ties, null);
            }
        }
    }

    /** What it is to the mount of this host, of which it is a peer when it is taken. */
    private static int ties(MountStep.External external) {
        if (external.isPeer()) {
            return MountFlags.SHARED;
        }
        return external.tied() && external.mount().getMasterId() != 0 ? MountFlags.SLAVE : MountFlags.PRIVATE;
    }

    /** What would have hindered the mounts on it, and its contents. */
    void complete(MountStep step) {
        MntEntry mount = step.mount();
        String point = mount.getMountpoint();
        a.label("give mount " + point + " its flags");
        if (step instanceof MountStep.New && (mount.getSbFlags() & READ_ONLY) != 0) {
            mount(null, point, null, MountFlags.REMOUNT | mount.getSbFlags(), mount.getOptions());
        }
        flags(mount);
        if (!(step instanceof MountStep.External)) {
            propagation(mount);
        }
    }

    /** The root may be read-only, so it comes last. */
    void completeRoot(MntEntry mount) {
        a.label("give the root of the tree its flags");
        flags(mount);
        propagation(mount);
    }

    private void flags(MntEntry mount) {
        int flags = mount.getFlags() & ~PROPAGATION;
        mount(
                null,
                mount.getMountpoint(),
                null,
                MountFlags.REMOUNT | MountFlags.BIND | MountFlags.exactly(flags),
                null);
    }

    private void propagation(MntEntry mount) {
        int propagation = mount.getFlags() & (MountFlags.SHARED | MountFlags.UNBINDABLE);
        if (propagation != 0) {
            mount(null, mount.getMountpoint(), null, propagation, null);
        }
    }

    private void mount(String source, String target, String type, int flags, String data) {
        a.call(Syscall.MOUNT, text(source), text(target), text(type), imm(flags), text(data));
    }

    private Operand text(String text) {
        return text == null ? imm(0) : a.string(text).address();
    }
}
