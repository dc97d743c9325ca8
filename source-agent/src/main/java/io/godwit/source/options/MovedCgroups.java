package io.godwit.source.options;

import io.godwit.linux.cgroup.CgroupMode;
import io.godwit.linux.cgroup.CgroupRoots;

/**
 * The cgroups of a tree that is migrated.
 *
 * @param roots where they are to be at the target
 */
public record MovedCgroups(CgroupMode mode, CgroupRoots roots) {}
