package io.godwit.source.options;

import io.godwit.linux.cgroup.CgroupMode;
import io.godwit.linux.cgroup.CgroupRoots;
import io.godwit.source.cgroup.CgroupProperties;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * How the cgroups of a tree are dumped.
 *
 * @param mode only whether they are ignored matters to a dump
 * @param roots the directories to dump, in place of the highest that tasks of the tree are in
 * @param properties what is dumped of a directory
 * @param controllers those that are dumped; all if there are none
 * @param yard where hierarchies are found, if not where they are mounted
 */
public record CgroupOptions(
        CgroupMode mode, CgroupRoots roots, CgroupProperties properties, Set<String> controllers, Optional<Path> yard) {
    public CgroupOptions {
        controllers = Set.copyOf(controllers);
    }

    /** What CRIU does without options. */
    public static CgroupOptions defaults() {
        return of(CgroupMode.SOFT);
    }

    /** All of the tree, from where it is mounted. */
    public static CgroupOptions of(CgroupMode mode) {
        return new CgroupOptions(mode, CgroupRoots.NONE, CgroupProperties.standard(), Set.of(), Optional.empty());
    }
}
