package io.godwit.target.namespace;

import java.util.Map;
import java.util.Optional;

/**
 * What a restore gives to the namespaces of a tree.
 *
 * @param root what becomes the root of the tree's mounts; empty for the root directory of this process
 * @param mounts paths of this host that are mounted in the tree, by the keys that the dump was given for them
 * @param inherited descriptors of this process by the names of what is behind them
 * @param emptyNetwork a network namespace is made and left empty
 */
public record NamespaceOptions(
        Optional<String> root, Map<String, String> mounts, Map<String, Integer> inherited, boolean emptyNetwork) {
    /** Nothing. */
    public static final NamespaceOptions NONE = new NamespaceOptions(Optional.empty(), Map.of(), Map.of(), false);

    public NamespaceOptions {
        mounts = Map.copyOf(mounts);
        inherited = Map.copyOf(inherited);
    }
}
