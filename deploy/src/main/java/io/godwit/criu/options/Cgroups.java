package io.godwit.criu.options;

import io.godwit.linux.cgroup.CgroupMode;
import io.godwit.linux.cgroup.CgroupRoots;
import io.godwit.source.options.CgroupWords;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How cgroups are dumped and restored.
 *
 * @param mode soft if not told
 * @param roots where they are dumped from, or restored into
 * @param properties what is dumped of each controller, in a text
 * @param propertiesFile the same in a file
 * @param controllers which are dumped; all if none is named
 * @param yard where hierarchies are found
 */
public record Cgroups(
        CgroupMode mode,
        CgroupRoots roots,
        Optional<String> properties,
        Optional<Path> propertiesFile,
        List<String> controllers,
        Optional<Path> yard) {
    static Cgroups of(Values values) {
        return new Cgroups(
                values.text(CriuOption.MANAGE_CGROUPS)
                        .filter(word -> !word.isEmpty())
                        .map(CgroupWords::mode)
                        .orElse(CgroupMode.SOFT),
                CgroupWords.roots(values.texts(CriuOption.CGROUP_ROOT)),
                values.text(CriuOption.CGROUP_PROPS),
                values.path(CriuOption.CGROUP_PROPS_FILE),
                values.texts(CriuOption.CGROUP_DUMP_CONTROLLER),
                values.path(CriuOption.CGROUP_YARD));
    }
}
