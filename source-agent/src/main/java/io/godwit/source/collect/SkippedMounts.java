package io.godwit.source.collect;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.proc.Mount;
import io.godwit.linux.proc.MountInfo;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Mounts that a dump leaves out ({@code --skip-mnt}), with all that is mounted below them. Nothing of the tree may be on them. */
record SkippedMounts(Set<String> points) {
    boolean has(Mount mount) {
        return on(mount.info().point()).isPresent();
    }

    private Optional<String> on(String path) {
        return points.stream().filter(point -> MountInfo.isBelow(path, point)).findFirst();
    }

    /** What processes have open, mapped, or are in, on one of them. */
    List<CannotMoveException> uses(Set<Integer> pids) throws IOException {
        List<CannotMoveException> uses = new ArrayList<>();
        if (points.isEmpty()) {
            return uses;
        }
        for (int pid : pids) {
            if (ProcDirectory.process(pid).lives()) {
                paths(pid)
                        .forEach((what, path) -> on(path).ifPresent(point -> uses.add(new CannotMoveException(
                                what + " (" + path + ") of process " + pid,
                                "it is on the mount " + point
                                        + ", which --skip-mnt leaves out, so that it could not be restored",
                                "let the program close it, or leave the mount in"))));
            }
        }
        return uses;
    }

    /** Paths by what they are to the process. */
    private static Map<String, String> paths(int pid) throws IOException {
        ProcDirectory process = ProcDirectory.process(pid);
        Map<String, String> paths = new TreeMap<>();
        paths.put("the working directory", process.link("cwd"));
        paths.put("the root directory", process.link("root"));
        for (int fd : process.descriptors()) {
            try {
                paths.put("fd " + fd, process.link("fd/" + fd));
            } catch (LinuxException e) {
                if (e.errno() != Errno.ENOENT) {
                    throw e;
                }
                // closed meanwhile: the process still runs
            }
        }
        for (Vma vma : process.maps()) {
            if (vma.backed() && !vma.sharedAnonymous()) {
                paths.put("the mapping at 0x" + Long.toHexString(vma.start()), vma.name());
            }
        }
        return paths;
    }
}
