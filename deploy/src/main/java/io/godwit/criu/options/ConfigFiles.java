package io.godwit.criu.options;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings that lie below those of a command line or a request: of environment variables and config files. */
public final class ConfigFiles {
    private static final Path OF_THE_SYSTEM = Path.of("/etc/criu/default.conf");
    private static final String OF_THE_USER = ".criu/default.conf";

    private ConfigFiles() {}

    /**
     * Reads them.
     *
     * @param above has --config and --no-default-config, of which both leave out the default files
     * @throws io.godwit.source.options.OptionException if a file has a wrong line
     */
    public static Settings below(Settings above, Map<String, String> environment) {
        Settings settings = new Settings();
        if (environment.containsKey("CRIU_DEPRECATED")) {
            settings.add(Setting.of(CriuOption.DEPRECATED, true));
        }
        Optional.ofNullable(environment.get("CRIU_LIBS_DIR"))
                .ifPresent(directory -> settings.add(Setting.of(CriuOption.LIBDIR, directory)));
        for (Path file : files(above, environment)) {
            settings.add(ConfigFile.read(file));
        }
        return settings;
    }

    private static List<Path> files(Settings above, Map<String, String> environment) {
        List<Path> files = new ArrayList<>();
        if (!above.has(CriuOption.CONFIG) && !above.has(CriuOption.NO_DEFAULT_CONFIG)) {
            files.add(OF_THE_SYSTEM);
            Optional.ofNullable(environment.get("HOME")).ifPresent(home -> files.add(Path.of(home, OF_THE_USER)));
        }
        Optional.ofNullable(environment.get("CRIU_CONFIG_FILE"))
                .filter(name -> !name.isEmpty())
                .ifPresent(file -> files.add(Path.of(file)));
        above.value(CriuOption.CONFIG).ifPresent(file -> files.add(Path.of(file)));
        return files;
    }
}
