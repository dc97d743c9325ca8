package io.godwit.target.cgroup;

import io.godwit.image.Images;
import io.godwit.image.proto.CoreEntry;
import io.godwit.linux.cgroup.CgroupMode;
import io.godwit.linux.cgroup.CgroupMounts;
import io.godwit.linux.cgroup.CgroupRoots;
import io.godwit.linux.cgroup.CgroupSet;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * The cgroups of a tree that is being restored. A task is put into its cgroups as soon as there is one, so that its memory is
 * charged to them, and its children begin there.
 */
public final class Cgroups {
    private final CgroupOptions options;
    private final Map<Integer, SortedMap<String, String>> places = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private CgroupPlan plan = CgroupPlan.NOTHING;
    private CgroupMaker maker;

    public Cgroups(CgroupOptions options) {
        this.options = options;
    }

    /** Makes the cgroups that images tell of; again and again, as those at the source change. */
    public void prepare(Images images) throws IOException {
        plan = CgroupPlan.read(images, options);
        if (plan == CgroupPlan.NOTHING) {
            if (options.mode() != CgroupMode.IGNORE && !options.roots().equals(CgroupRoots.NONE)) {
                warnings.add("--cgroup-root has no effect: the tree was dumped in the cgroups of the dumper, and is"
                        + " restored in those of this process");
            }
            return;
        }
        if (maker == null) {
            maker = new CgroupMaker(options);
        }
        for (CgroupPlan.Directory directory : plan.directories()) {
            maker.make(directory);
        }
    }

    /** Puts the root, which this process has made, into its cgroups. */
    public void placeRoot(int pid, CoreEntry core) throws IOException {
        if (maker != null) {
            boolean inherits = set(core) == plan.inherited();
            place(pid, CgroupSet.ofThisProcess().paths(), inherits ? 0 : set(core), false);
        }
    }

    /** Puts a process that its parent has made into its cgroups, or one that is there into those that it has by now. */
    public void placeChild(int pid, int parent, CoreEntry core) throws IOException {
        if (maker != null) {
            place(pid, places.get(parent), set(core), false);
        }
    }

    /** Puts a thread into cgroups of its own, if it has some. */
    public void placeThread(int tid, int pid, CoreEntry core) throws IOException {
        if (maker != null) {
            place(tid, places.get(pid), set(core), true);
        }
    }

    /** A task has ended, and its pid may come again. */
    public void forget(int pid) {
        places.remove(pid);
    }

    /** Since CRIU 4.0 each thread has its set; before, only the process had one. */
    private static int set(CoreEntry core) {
        return core.getThreadCore().hasCgSet()
                ? core.getThreadCore().getCgSet()
                : core.getTc().getCgSet();
    }

    /** @param set 0 if the task stays where it was made */
    private void place(int tid, SortedMap<String, String> birth, int set, boolean thread) throws IOException {
        SortedMap<String, String> now = places.getOrDefault(tid, birth);
        SortedMap<String, String> wanted = set == 0 ? now : plan.sets().get(set);
        if (wanted == null) {
            throw new RestoreException("core-" + tid + ".img is of the cgroup set " + Integer.toUnsignedString(set)
                    + ", which cgroup.img does not have; the image is damaged");
        }
        for (Map.Entry<String, String> cgroup : wanted.entrySet()) {
            if (!cgroup.getValue().equals(now.get(cgroup.getKey()))) {
                move(tid, cgroup.getKey(), cgroup.getValue(), thread);
            }
        }
        places.put(tid, wanted);
    }

    private void move(int tid, String hierarchy, String path, boolean thread) throws IOException {
        String threads = hierarchy.equals(CgroupSet.UNIFIED) ? "cgroup.threads" : "tasks";
        Path file = maker.directory(hierarchy, path).resolve(thread ? threads : "cgroup.procs");
        try {
            Files.writeString(file, Integer.toString(tid));
        } catch (IOException e) {
            throw new RestoreException(
                    (thread ? "thread " : "pid ") + tid + " can not be put into the cgroup " + path + " "
                            + CgroupMounts.describe(hierarchy) + ": " + e.getMessage() + CgroupMaker.ADVICE,
                    e);
        }
    }

    /** The tree is about to run: writes what would have hindered the restore. */
    public void complete() throws IOException {
        if (maker != null) {
            maker.complete();
        }
    }

    /** What could not be restored exactly. */
    public List<String> warnings() {
        List<String> all = new ArrayList<>(warnings);
        if (maker != null) {
            all.addAll(maker.warnings());
        }
        return all;
    }

    /** Removes the cgroups that were made; the tasks must have ended. */
    public void rollBack() {
        if (maker != null) {
            maker.rollBack();
        }
    }
}
