package io.godwit.source.options;

import java.util.Set;

/**
 * How the mounts of a tree's own mount namespace are treated.
 *
 * @param skipped mount points that are left out, with what is mounted below them
 * @param fileSystems kinds that the restore mounts anew as they are, without contents; {@code all} for any
 * @param found what is mounted from this host is found by itself, for a restore that finds it there
 * @param sharing what is found may be shared with the mount of this host
 * @param masters what is found may follow the mount of this host
 */
public record MountOptions(
        Set<String> skipped, Set<String> fileSystems, boolean found, boolean sharing, boolean masters) {
    /** None is left out, and none found. */
    public static final MountOptions NONE = new MountOptions(Set.of(), Set.of(), false, false, false);

    private static final String ALL = "all";

    public MountOptions {
        skipped = Set.copyOf(skipped);
        fileSystems = Set.copyOf(fileSystems);
    }

    /** Whether a file system of this kind is mounted anew. */
    public boolean enables(String fileSystem) {
        return fileSystems.contains(ALL) || fileSystems.contains(fileSystem);
    }
}
