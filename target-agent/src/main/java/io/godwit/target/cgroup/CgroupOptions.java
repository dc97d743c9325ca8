package io.godwit.target.cgroup;

import io.godwit.linux.cgroup.CgroupMode;
import io.godwit.linux.cgroup.CgroupMounts;
import io.godwit.linux.cgroup.CgroupRoots;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What to do about the cgroups of a tree.
 *
 * @param roots where its cgroups are to be
 * @param yard where hierarchies are found, if not where they are mounted
 */
public record CgroupOptions(CgroupMode mode, CgroupRoots roots, Optional<Path> yard) {
    /** The tree stays in the cgroups of this process. */
    public static final CgroupOptions IGNORE = new CgroupOptions(CgroupMode.IGNORE, CgroupRoots.NONE, Optional.empty());

    /** What CRIU does without options. */
    public static CgroupOptions defaults() {
        return new CgroupOptions(CgroupMode.SOFT, CgroupRoots.NONE, Optional.empty());
    }

    CgroupMounts mounts() throws IOException {
        return yard.isPresent() ? CgroupMounts.yard(yard.get()) : CgroupMounts.ofThisProcess();
    }
}
