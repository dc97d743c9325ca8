package io.godwit.criu.run;

import io.godwit.criu.options.CriuOptions;
import io.godwit.source.options.OptionException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Mounts that stay outside of a tree: {@code --external mnt[KEY]:VALUE}, and {@code --ext-mount-map KEY:VALUE} as it was before. */
final class ExternalMounts {
    private static final Pattern EXTERNAL = Pattern.compile("mnt\\[([^]]+)]:(.+)");
    private static final Pattern MAPPED = Pattern.compile("([^:]+):(.+)");

    private ExternalMounts() {}

    /** Whether a resource is such a mount. */
    static boolean names(String external) {
        return EXTERNAL.matcher(external).matches();
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
            if (!matcher.matches()) {
                throw new OptionException("--ext-mount-map " + mapped
                        + (mapped.equals("auto")
                                ? ": mounts from outside can not be found yet; name each, as MOUNTPOINT:NAME"
                                : ": write it as KEY:VALUE"));
            }
            mounts.put(matcher.group(1), matcher.group(2));
        }
        return mounts;
    }
}
