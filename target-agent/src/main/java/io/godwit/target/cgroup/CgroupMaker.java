package io.godwit.target.cgroup;

import io.godwit.image.proto.CgroupPerms;
import io.godwit.image.proto.CgroupPropEntry;
import io.godwit.linux.cgroup.CgroupMode;
import io.godwit.linux.cgroup.CgroupMounts;
import io.godwit.linux.cgroup.CgroupSet;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes cgroups with their properties, and can take it all back. */
final class CgroupMaker {
    private static final int PERMISSION_BITS = 07777;
    private static final long PATIENCE_NANOS = 1_000_000_000L;
    static final String ADVICE =
            "; correct that, or give --manage-cgroups=ignore to leave the tree in the cgroups of this process";

    private final CgroupOptions options;
    private final CgroupMounts mounts;
    private final Set<Path> finished = new HashSet<>();
    private final List<Late> late = new ArrayList<>();
    private final Deque<Undo> undo = new ArrayDeque<>();
    private final List<String> warnings = new ArrayList<>();

    private record Late(Path directory, String name, String value) {}

    /** What is done if the restore fails. */
    private interface Undo {
        void run() throws IOException;
    }

    CgroupMaker(CgroupOptions options) throws IOException {
        this.options = options;
        this.mounts = options.mounts();
    }

    /** Makes a cgroup, or looks whether it is there, as the mode says. Parents must come first. */
    void make(CgroupPlan.Directory cgroup) throws IOException {
        Path directory = directory(cgroup.hierarchy(), cgroup.path());
        if (!finished.add(directory) || cgroup.path().equals("/")) {
            return;
        }
        if (Files.isDirectory(directory)) {
            found(cgroup, directory);
        } else {
            missing(cgroup, directory);
        }
    }

    /** Where a cgroup is. */
    Path directory(String hierarchy, String path) throws RestoreException {
        return mounts.directory(hierarchy, path)
                .orElseThrow(() -> new RestoreException("the tree was in the cgroup " + path + " "
                        + CgroupMounts.describe(hierarchy) + ", whose hierarchy is not mounted here"
                        + ADVICE));
    }

    private void found(CgroupPlan.Directory cgroup, Path directory) throws IOException {
        if (options.mode() == CgroupMode.STRICT) {
            throw new RestoreException(
                    "the cgroup " + directory + " is there already, and --manage-cgroups=strict makes"
                            + " all of them: remove it, or give soft or full");
        }
        if (options.mode().changesOthers()) {
            properties(cgroup, directory, true);
        }
    }

    private void missing(CgroupPlan.Directory cgroup, Path directory) throws IOException {
        if (!options.mode().makes()) {
            throw new RestoreException("the cgroup " + directory + " is not there, and --manage-cgroups="
                    + options.mode().word() + " makes none: make it, or give soft");
        }
        mkdirs(cgroup.hierarchy(), directory);
        if (cgroup.permissions().isPresent()) {
            permit(directory, cgroup.permissions().get());
        }
        properties(cgroup, directory, false);
    }

    private void mkdirs(String hierarchy, Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            mkdirs(hierarchy, parent);
        }
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (IOException e) {
            throw new RestoreException("the cgroup " + directory + " can not be made: " + e.getMessage() + ADVICE, e);
        }
        undo.push(() -> remove(directory));
        if (List.of(hierarchy.split(",")).contains("cpuset")) {
            // A cgroup of version 1 without processors and memory nodes takes no task.
            inherit(directory, "cpuset.mems");
            inherit(directory, "cpuset.cpus");
        }
    }

    private static void inherit(Path directory, String name) throws IOException {
        CgroupProperty.write(directory, name, CgroupProperty.read(directory.resolveSibling(name)));
    }

    private void properties(CgroupPlan.Directory cgroup, Path directory, boolean restoreLater) throws IOException {
        List<CgroupPropEntry> again = new ArrayList<>();
        for (CgroupPropEntry property : cgroup.properties()) {
            String name = property.getName();
            if (!Files.exists(directory.resolve(name))) {
                absent(cgroup, directory, property);
                continue;
            }
            if (restoreLater && CgroupProperty.isSet(name, property.getValue())) {
                String before = CgroupProperty.read(directory.resolve(name));
                undo.push(() -> CgroupProperty.write(directory, name, before));
            }
            if (property.hasPerms() && !restoreLater) {
                permit(directory.resolve(name), property.getPerms());
            }
            if (!CgroupProperty.isSet(name, property.getValue())) {
                continue;
            }
            if (CgroupProperty.isLate(name)) {
                late.add(new Late(directory, name, property.getValue()));
                continue;
            }
            try {
                CgroupProperty.write(directory, name, property.getValue());
            } catch (IOException e) {
                // One that depends on another which comes after it.
                again.add(property);
            }
        }
        for (CgroupPropEntry property : again) {
            set(new Late(directory, property.getName(), property.getValue()));
        }
    }

    private void absent(CgroupPlan.Directory cgroup, Path directory, CgroupPropEntry property) throws RestoreException {
        String what = directory.resolve(property.getName()) + ", which was '" + property.getValue() + "'";
        if (cgroup.hierarchy().equals(CgroupSet.UNIFIED)
                && CgroupProperty.isSet(property.getName(), property.getValue())) {
            throw new RestoreException("there is no " + what + ": enable its controller in "
                    + directory.resolveSibling(CgroupProperty.SUBTREE_CONTROL) + ADVICE);
        }
        warnings.add("this kernel has no " + what);
    }

    private static void set(Late property) throws IOException {
        try {
            CgroupProperty.write(property.directory(), property.name(), property.value());
        } catch (IOException e) {
            throw new RestoreException(
                    property.name() + " of the cgroup " + property.directory() + " can not be set to '"
                            + property.value() + "': " + e.getMessage() + ADVICE,
                    e);
        }
    }

    private void permit(Path file, CgroupPerms permissions) {
        try {
            setUnlessSo(file, "unix:uid", permissions.getUid());
            setUnlessSo(file, "unix:gid", permissions.getGid());
            int mode = (int) Files.getAttribute(file, "unix:mode") & PERMISSION_BITS;
            if (mode != (permissions.getMode() & PERMISSION_BITS)) {
                Files.setAttribute(file, "unix:mode", permissions.getMode() & PERMISSION_BITS);
            }
        } catch (IOException e) {
            warnings.add(file + " does not get the owner and permissions that it had: " + e.getMessage());
        }
    }

    private static void setUnlessSo(Path file, String attribute, int value) throws IOException {
        if ((int) Files.getAttribute(file, attribute) != value) {
            Files.setAttribute(file, attribute, value);
        }
    }

    /** Writes what would have hindered the restore. */
    void complete() throws IOException {
        for (Late property : late) {
            set(property);
        }
        late.clear();
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Removes what was made, and gives properties the values that they had. */
    void rollBack() {
        while (!undo.isEmpty()) {
            try {
                undo.pop().run();
            } catch (IOException e) {
                System.getLogger(CgroupMaker.class.getName())
                        .log(System.Logger.Level.WARNING, "a cgroup stays as it is: {0}", e.getMessage());
            }
        }
        late.clear();
    }

    /** The kernel may take a moment to let go of tasks that have ended. */
    private static void remove(Path directory) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            try {
                Files.deleteIfExists(directory);
                return;
            } catch (DirectoryNotEmptyException e) {
                throw e;
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }
}
