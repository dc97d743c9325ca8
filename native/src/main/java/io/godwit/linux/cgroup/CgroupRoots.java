package io.godwit.linux.cgroup;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where cgroups are to be dumped from, or restored into.
 *
 * @param all for every hierarchy that is not named
 * @param byController for the hierarchy with this controller; {@code name=NAME} or NAME for one without, {@code unified} for
 *     version 2
 */
public record CgroupRoots(Optional<String> all, Map<String, String> byController) {
    /** Where they were. */
    public static final CgroupRoots NONE = new CgroupRoots(Optional.empty(), Map.of());

    public CgroupRoots {
        byController = Map.copyOf(byController);
    }

    /** That of a hierarchy, with a slash in front; empty if it stays where it was. */
    public Optional<String> of(String hierarchy) {
        for (String name : names(hierarchy)) {
            if (byController.containsKey(name)) {
                return Optional.of(byController.get(name));
            }
        }
        return all;
    }

    /** By what a hierarchy may be called. */
    public static List<String> names(String hierarchy) {
        if (hierarchy.equals(CgroupSet.UNIFIED)) {
            return List.of("unified", hierarchy);
        }
        return hierarchy.startsWith(CgroupSet.NAMED)
                ? List.of(hierarchy, hierarchy.substring(CgroupSet.NAMED.length()))
                : List.of(hierarchy.split(","));
    }
}
