package io.godwit.source.collect;

import io.godwit.linux.NamespaceKind;
import io.godwit.linux.NamespaceThread;
import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;

/** A tree's own cgroup namespace. The restore makes it when the root is in its cgroups, so these must be where it begins. */
final class CgroupNamespace {
    private CgroupNamespace() {}

    /** What stands against making it again for the tree below a process. */
    static List<CannotMoveException> obstacles(int root) throws IOException {
        List<String> cgroups = NamespaceThread.in(
                root,
                EnumSet.of(NamespaceKind.CGROUP),
                () -> ProcDirectory.process(root).lines("cgroup"));
        return cgroups.stream()
                .filter(line -> !line.substring(line.indexOf(':', line.indexOf(':') + 1) + 1)
                        .equals("/"))
                .map(line -> new CannotMoveException(
                        "process " + root,
                        "its cgroup namespace does not begin at its cgroup (" + line + "), which can not be moved yet",
                        "move it to the cgroup where the namespace begins"))
                .toList();
    }
}
