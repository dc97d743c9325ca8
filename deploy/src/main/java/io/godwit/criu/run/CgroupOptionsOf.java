package io.godwit.criu.run;

import io.godwit.criu.options.Cgroups;
import io.godwit.source.cgroup.CgroupProperties;
import io.godwit.source.cgroup.PropertySpec;
import io.godwit.source.options.OptionException;
import io.godwit.target.cgroup.CgroupOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** CRIU's options of cgroups in the words of the engines. */
final class CgroupOptionsOf {
    private static final String YARD = "--cgroup-yard";

    private CgroupOptionsOf() {}

    static io.godwit.source.options.CgroupOptions dump(Cgroups cgroups) {
        return new io.godwit.source.options.CgroupOptions(
                cgroups.mode(), cgroups.roots(), properties(cgroups), Set.copyOf(cgroups.controllers()), yard(cgroups));
    }

    static CgroupOptions restore(Cgroups cgroups) {
        return new CgroupOptions(cgroups.mode(), cgroups.roots(), yard(cgroups));
    }

    private static CgroupProperties properties(Cgroups cgroups) {
        CgroupProperties properties = CgroupProperties.standard();
        if (cgroups.propertiesFile().isPresent()) {
            Path file = cgroups.propertiesFile().get();
            properties = properties.with(PropertySpec.parse(text(file), "--cgroup-props-file " + file));
        }
        if (cgroups.properties().isPresent()) {
            properties = properties.with(PropertySpec.parse(cgroups.properties().get(), "--cgroup-props"));
        }
        return properties;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new OptionException("--cgroup-props-file can not be read: " + e.getMessage());
        }
    }

    private static Optional<Path> yard(Cgroups cgroups) {
        cgroups.yard().filter(yard -> !Files.isDirectory(yard)).ifPresent(yard -> {
            throw new OptionException(YARD + " " + yard + ": no such directory; name one with a directory for each"
                    + " hierarchy of cgroups, such as memory, cpu,cpuacct, systemd and unified");
        });
        return cgroups.yard();
    }
}
