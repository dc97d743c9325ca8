package io.godwit.criu.run;

import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.options.Namespaces;
import io.godwit.source.options.MountOptions;
import io.godwit.source.options.OptionException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Mounts that stay outside of a tree: {@code --external mnt[KEY]:VALUE}, and {@code --ext-mount-map KEY:VALUE} as it was before. */
final class ExternalMounts {
    private static final Pattern EXTERNAL = Pattern.compile("mnt\\[([^]]+)]:(.+)");
    /** All that can be found: {@code m} allows those that follow a mount of this host, {@code s} those that are shared with one. */
    private static final Pattern FOUND = Pattern.compile("mnt\\[](?::([ms]).*)?");

    private static final String AUTO = "auto";
    private static final Pattern MAPPED = Pattern.compile("([^:]+):(.+)");

    private ExternalMounts() {}

    /** Whether a resource is such a mount. */
    static boolean names(String external) {
        return EXTERNAL.matcher(external).matches() || FOUND.matcher(external).matches();
    }

    /** Whether mounts from outside are to be found by themselves. */
    static boolean areFound(CriuOptions options) {
        return options.namespaces().mounts().contains(AUTO)
                || options.files().external().stream()
                        .anyMatch(external -> FOUND.matcher(external).matches());
    }

    /** How those of a dump are treated. */
    static MountOptions dump(CriuOptions options) {
        Namespaces namespaces = options.namespaces();
        return new MountOptions(
                namespaces.skipped(),
                namespaces.fileSystems(),
                areFound(options),
                namespaces.sharing() || allow(options, "s"),
                namespaces.masters() || allow(options, "m"));
    }

    private static boolean allow(CriuOptions options, String letter) {
        return options.files().external().stream()
                .map(FOUND::matcher)
                .anyMatch(found -> found.matches() && letter.equals(found.group(1)));
    }

    /**
     * Values by keys: at the dump a name by the mount point, at the restore a path of this host by that name.
     *
     * @throws OptionException if one is none
     */
    static Map<String, String> of(CriuOptions options) {
        Map<String, String> mounts = new LinkedHashMap<>();
        for (String external : options.files().external()) {
            Matcher matcher = EXTERNAL.matcher(external);
            if (matcher.matches()) {
                mounts.put(matcher.group(1), matcher.group(2));
            }
        }
        for (String mapped : options.namespaces().mounts()) {
            Matcher matcher = MAPPED.matcher(mapped);
            if (matcher.matches()) {
                mounts.put(matcher.group(1), matcher.group(2));
            } else if (!mapped.equals(AUTO)) {
                throw new OptionException("--ext-mount-map " + mapped + ": write it as KEY:VALUE, or auto");
            }
        }
        return mounts;
    }
}
