package io.godwit.target.plan;

import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.image.proto.RemapType;
import io.godwit.image.proto.SiginfoEntry;
import io.godwit.image.proto.SignalQueueEntry;
import io.godwit.image.proto.VmaEntry;
import io.godwit.linux.trace.Tracee;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/** Refuses a snapshot that can not be restored, before anything is made of it. */
public final class SnapshotCheck {
    private static final int SIGNAL_ACTIONS = 62;

    /** The kernel allows more only where fs.nr_open was raised a lot. */
    private static final int MAX_DESCRIPTOR = 1 << 24;

    private final Snapshot snapshot;

    private SnapshotCheck(Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    /**
     * Checks the whole snapshot.
     *
     * @throws RestoreException that names the first thing that is wrong
     */
    public static void check(Snapshot snapshot) throws RestoreException {
        SnapshotCheck check = new SnapshotCheck(snapshot);
        check.tree();
        check.standIns();
        for (TaskSnapshot task : snapshot.tasks()) {
            check.cores(task);
            if (!task.zombie()) {
                check.memory(task);
                check.files(task);
            }
        }
    }

    /**
     * Checks what must hold of the shape of a tree that still runs at the source.
     *
     * @throws RestoreException that names the first thing that is wrong
     */
    public static void checkShape(Snapshot snapshot) throws RestoreException {
        SnapshotCheck check = new SnapshotCheck(snapshot);
        check.tree();
        for (TaskSnapshot task : snapshot.tasks()) {
            check.memory(task);
        }
    }

    private void tree() throws RestoreException {
        Set<Integer> known = new HashSet<>();
        for (TaskSnapshot task : snapshot.tasks()) {
            boolean root = known.isEmpty();
            if (root ? task.ppid() != 0 : !known.contains(task.ppid())) {
                throw new RestoreException("pstree.img: " + task + " has the parent " + task.ppid()
                        + ", which does not come before it; the image is damaged");
            }
            if (!known.add(task.pid())) {
                throw new RestoreException("pstree.img lists " + task + " twice; the image is damaged");
            }
        }
        if (snapshot.root().zombie()) {
            throw new RestoreException("the root of the tree, " + snapshot.root() + ", had ended already");
        }
    }

    private void standIns() throws RestoreException {
        for (RemapFilePathEntry remap : snapshot.remaps().values()) {
            if (remap.getRemapType() == RemapType.LINKED) {
                known(
                        remap.getRemapId(),
                        () -> "the substitute of file " + Integer.toUnsignedString(remap.getOrigId()));
            }
        }
    }

    private void cores(TaskSnapshot task) throws RestoreException {
        for (var entry : task.cores().entrySet()) {
            CoreEntry core = entry.getValue();
            String image = "core-" + entry.getKey() + ".img";
            if (core.getMtype() != CoreEntry.March.X86_64) {
                throw new RestoreException(
                        image + " is of a machine of kind " + core.getMtype() + ", this one is x86-64");
            }
            if (!task.zombie() && (!core.hasThreadInfo() || !core.hasThreadCore())) {
                throw new RestoreException(image + " has no registers; the image is damaged");
            }
            pending(core.getThreadCore().getSignalsP(), image);
            boolean filtered = core.getThreadCore().getSeccompMode().getNumber() != 0
                    || core.getTc().getOldSeccompMode().getNumber() != 0;
            if (filtered) {
                throw new RestoreException(
                        task + " runs under seccomp, which can not be restored yet; start it without a filter");
            }
        }
        if (!task.core().hasTc()) {
            throw new RestoreException("core-" + task.pid() + ".img does not describe a process; the image is damaged");
        }
        pending(task.core().getTc().getSignalsS(), "core-" + task.pid() + ".img");
        if (!task.zombie() && task.core().getTc().getSigactionsCount() != SIGNAL_ACTIONS) {
            throw new RestoreException("core-" + task.pid() + ".img has "
                    + task.core().getTc().getSigactionsCount() + " signal actions instead of " + SIGNAL_ACTIONS
                    + "; it was written by a version before 3.0 of its tool, or is damaged");
        }
    }

    private static void pending(SignalQueueEntry queue, String image) throws RestoreException {
        for (SiginfoEntry signal : queue.getSignalsList()) {
            if (signal.getSiginfo().size() != Tracee.SIGINFO_BYTES) {
                throw new RestoreException(image + " has a pending signal of "
                        + signal.getSiginfo().size() + " bytes instead of " + Tracee.SIGINFO_BYTES
                        + "; the image is damaged");
            }
        }
    }

    private void memory(TaskSnapshot task) throws RestoreException {
        long end = 0;
        for (VmaEntry vma : task.vmas()) {
            end = place(task, vma, end);
            if (!VmaKind.of(vma).restorable() || (vma.getFlags() & Abi.MAP_HUGETLB) != 0) {
                throw new RestoreException(task + " has the mapping " + Vmas.describe(vma)
                        + ((vma.getFlags() & Abi.MAP_HUGETLB) != 0 ? " of huge pages" : "")
                        + ", a kind that can not be restored yet");
            }
            if (VmaKind.of(vma).hasFile()) {
                known((int) vma.getShmid(), () -> "the mapping " + Vmas.describe(vma) + " of " + task);
            }
        }
        known(task.mm().getExeFileId(), () -> "the executable of " + task);
    }

    /** Mappings ascend and do not overlap, but for guard pages, which lie in others. Gives where this one ends. */
    private static long place(TaskSnapshot task, VmaEntry vma, long previousEnd) throws RestoreException {
        if (!VmaKind.hasKind(vma)) {
            throw new RestoreException(task + " has the mapping " + Vmas.range(vma) + " of no known kind (status 0x"
                    + Integer.toHexString(vma.getStatus()) + "); the image is damaged");
        }
        boolean guard = VmaKind.of(vma) == VmaKind.GUARD;
        boolean whole = vma.getStart() % Abi.PAGE_SIZE == 0 && vma.getEnd() % Abi.PAGE_SIZE == 0;
        if (!whole || vma.getStart() < (guard ? 0 : previousEnd) || vma.getEnd() <= vma.getStart()) {
            throw new RestoreException(task + " has the mapping " + Vmas.describe(vma)
                    + ", which is not of whole pages, empty, or overlaps the one before; the image is damaged");
        }
        return guard ? previousEnd : vma.getEnd();
    }

    private void files(TaskSnapshot task) throws RestoreException {
        known(task.fs().getCwdId(), () -> "the working directory of " + task);
        known(task.fs().getRootId(), () -> "the root directory of " + task);
        for (FdinfoEntry descriptor : task.descriptors()) {
            if (descriptor.getFd() < 0 || descriptor.getFd() > MAX_DESCRIPTOR) {
                throw new RestoreException("fd " + Integer.toUnsignedString(descriptor.getFd()) + " of " + task
                        + " is beyond what a process can have; the image is damaged");
            }
            known(descriptor.getId(), () -> "fd " + descriptor.getFd() + " of " + task);
        }
    }

    /** @param user in words, which are only needed where it is not known */
    private void known(int fileId, Supplier<String> user) throws RestoreException {
        if (!snapshot.files().containsKey(fileId)) {
            throw new RestoreException("files.img does not list file " + fileId + ", " + user.get()
                    + "; the image is damaged or incomplete");
        }
    }
}
