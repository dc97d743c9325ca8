package io.godwit.criu.options;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Namespaces of the tree.
 *
 * @param root what becomes the root of its mounts
 * @param mounts mounts that come from outside, as {@code KEY:VALUE}, or {@code auto}
 * @param skipped mount points that are left out
 * @param fileSystems kinds that are mounted anew as they are
 * @param sharing mounts that are found may be shared with those of this host
 * @param masters mounts that are found may follow those of this host
 * @param emptyNetwork what is in its network namespace is left out
 */
public record Namespaces(
        Optional<String> root,
        List<String> mounts,
        Set<String> skipped,
        Set<String> fileSystems,
        boolean sharing,
        boolean masters,
        boolean emptyNetwork) {
    static Namespaces of(Values values) {
        return new Namespaces(
                values.text(CriuOption.ROOT),
                values.texts(CriuOption.EXT_MOUNT_MAP),
                Set.copyOf(values.texts(CriuOption.SKIP_MNT)),
                values.texts(CriuOption.ENABLE_FS).stream()
                        .flatMap(list -> Arrays.stream(list.split(",")))
                        .collect(Collectors.toUnmodifiableSet()),
                values.has(CriuOption.ENABLE_EXTERNAL_SHARING),
                values.has(CriuOption.ENABLE_EXTERNAL_MASTERS),
                values.word(CriuOption.EMPTY_NS, List.of("net")).isPresent());
    }
}
