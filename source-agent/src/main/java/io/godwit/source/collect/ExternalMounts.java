package io.godwit.source.collect;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Mounts that the restore makes anew from outside, {@code mnt[MOUNTPOINT]:KEY} of {@code --external}.
 *
 * @param keys by mount point
 */
record ExternalMounts(Map<String, String> keys) {
    private static final Pattern MOUNT = Pattern.compile("mnt\\[(.+)]:(.+)", Pattern.DOTALL);

    static ExternalMounts of(Set<String> external) {
        Map<String, String> keys = new HashMap<>();
        for (String each : external) {
            Matcher mount = MOUNT.matcher(each);
            if (mount.matches()) {
                keys.put(mount.group(1), mount.group(2));
            }
        }
        return new ExternalMounts(keys);
    }

    Optional<String> key(String mountPoint) {
        return Optional.ofNullable(keys.get(mountPoint));
    }
}
