package io.godwit.criu.options;

import java.util.List;
import java.util.Optional;

/**
 * Namespaces of the tree.
 *
 * @param root what becomes the root of its mounts
 * @param mounts mounts that come from outside, as {@code KEY:VALUE}
 * @param emptyNetwork what is in its network namespace is left out
 */
public record Namespaces(Optional<String> root, List<String> mounts, boolean emptyNetwork) {
    static Namespaces of(Values values) {
        return new Namespaces(
                values.text(CriuOption.ROOT),
                values.texts(CriuOption.EXT_MOUNT_MAP),
                values.word(CriuOption.EMPTY_NS, List.of("net")).isPresent());
    }
}
