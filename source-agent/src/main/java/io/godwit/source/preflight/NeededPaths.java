package io.godwit.source.preflight;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.file.FileFacts;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.source.preflight.NeededPath.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gathers the paths that a tree needs at the target, each once, in the most demanding role. Deleted files
 * are left out, as they are carried along; so is what has no path, as pipes and sockets, and terminals, which are made anew.
 */
public final class NeededPaths {
    private static final String DELETED = " (deleted)";

    private final Map<String, Role> roles = new LinkedHashMap<>();

    /** One process. Its mappings are given, since the survey has read them already. */
    public void add(int pid, List<Vma> mappings) throws IOException {
        ProcDirectory proc = ProcDirectory.process(pid);
        try {
            add(proc, mappings);
        } catch (IOException e) {
            if (proc.lives()) {
                throw e;
            }
        }
    }

    /** A path that is watched by inotify. */
    public void addWatched(String path) {
        add(path, Role.OPEN_FILE);
    }

    private void add(ProcDirectory proc, List<Vma> mappings) throws IOException {
        add(proc.link("exe"), Role.EXECUTABLE);
        for (Vma vma : mappings) {
            if (vma.backed() && !vma.deleted() && !vma.memfd() && !vma.sysvShared()) {
                add(vma.name(), role(vma));
            }
        }
        add(proc.link("cwd"), Role.CURRENT_DIRECTORY);
        add(proc.link("root"), Role.ROOT);
        for (int fd : proc.descriptors()) {
            addOpenFile(proc, fd);
        }
    }

    /** The process runs, so a descriptor may be closed between the listing and the look at it. */
    private void addOpenFile(ProcDirectory proc, int fd) throws IOException {
        try {
            add(proc.link("fd/" + fd), Role.OPEN_FILE);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    private static Role role(Vma vma) {
        if (vma.shared()) {
            return Role.MAPPED_SHARED;
        }
        return (vma.protection() & Vma.EXEC) != 0 ? Role.LIBRARY : Role.MAPPED;
    }

    private void add(String path, Role role) {
        if (path.startsWith("/") && !path.startsWith("/memfd:") && !terminal(path) && !path.endsWith(DELETED)) {
            roles.merge(path, role, (known, other) -> known.compareTo(other) <= 0 ? known : other);
        }
    }

    private static boolean terminal(String path) {
        return path.startsWith("/dev/pts/") || path.equals("/dev/ptmx") || path.equals("/dev/tty");
    }

    /** The paths with the roles that they have so far. */
    Map<String, Role> roles() {
        return Map.copyOf(roles);
    }

    /**
     * Looks at each file, and reads those whose content counts.
     *
     * @param findings takes an error for each path that can not be looked at
     */
    public List<NeededPath> look(List<Finding> findings) {
        List<NeededPath> paths = new ArrayList<>(roles.size());
        roles.forEach((path, role) -> {
            try {
                Path file = Path.of(path);
                FileFacts facts = role.mustBeEqual() ? FileFacts.of(file) : FileFacts.withoutContent(file);
                paths.add(new NeededPath(path, role, facts));
            } catch (IOException e) {
                findings.add(Finding.error(
                        path,
                        "it is in use by the tree but can not be looked at ("
                                + e.getClass().getSimpleName() + ")",
                        "see that godwit is in the same mount namespace and may read it"));
            }
        });
        return paths;
    }
}
