package io.godwit.target.namespace;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a restore gives to the namespaces of a tree.
 *
 * @param root what becomes the root of the tree's mounts; empty for the root directory of this process
 * @param mounts paths of this host that are mounted in the tree, by the keys that the dump was given for them
 * @param found mounts that the dump found on its host are found at the same paths of this one
 * @param fileSystems kinds of file systems that are mounted anew as they are; {@code all} for any
 * @param inherited descriptors of this process by the names of what is behind them
 * @param emptyNetwork a network namespace is made and left empty
 */
public record NamespaceOptions(
        Optional<String> root,
        Map<String, String> mounts,
        boolean found,
        Set<String> fileSystems,
        Map<String, Integer> inherited,
        boolean emptyNetwork) {
    /** Nothing. */
    public static final NamespaceOptions NONE =
            new NamespaceOptions(Optional.empty(), Map.of(), false, Set.of(), Map.of(), false);

    private static final String ALL = "all";

    public NamespaceOptions {
        mounts = Map.copyOf(mounts);
        fileSystems = Set.copyOf(fileSystems);
        inherited = Map.copyOf(inherited);
    }

    /** The path here of a mount from outside. */
    Optional<String> path(String key) {
        boolean isPath = found && key.startsWith("/");
        return Optional.ofNullable(mounts.getOrDefault(key, isPath ? key : null));
    }

    /** Whether a file system of this kind is mounted anew. */
    boolean enables(String fileSystem) {
        return fileSystems.contains(ALL) || fileSystems.contains(fileSystem);
    }
}
