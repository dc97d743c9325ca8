package io.godwit.source.preflight;

import io.godwit.linux.cgroup.CgroupMounts;
import io.godwit.linux.cgroup.CgroupSet;
import io.godwit.linux.proc.MountInfo;
import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds tasks that the freezer of a cgroup holds: they answer no tracer, or not with a system call (cgroups(7)). */
final class CgroupFreezer {
    private static final String FREEZER = "freezer";

    private final CgroupMounts mounts;

    CgroupFreezer(List<MountInfo> mounts) {
        this.mounts = CgroupMounts.of(mounts);
    }

    /** The file that says so of a process; empty if it is not frozen, or can not be seen to be. */
    Optional<Path> holds(int pid) throws IOException {
        CgroupSet set = CgroupSet.of(ProcDirectory.process(pid));
        return file(set, CgroupSet.UNIFIED, "cgroup.events")
                .filter(file -> reads(file, text -> text.contains("frozen 1")))
                .or(() -> file(set, FREEZER, "freezer.state")
                        .filter(file -> reads(file, text -> !text.startsWith("THAWED"))));
    }

    /** False also for a cgroup that goes just now. */
    private static boolean reads(Path file, Predicate<String> what) {
        try {
            return what.test(Files.readString(file));
        } catch (IOException e) {
            return false;
        }
    }

    private Optional<Path> file(CgroupSet set, String hierarchy, String name) {
        return Optional.ofNullable(set.paths().get(hierarchy))
                .flatMap(path -> mounts.directory(hierarchy, path))
                .map(directory -> directory.resolve(name))
                .filter(Files::isReadable);
    }
}
