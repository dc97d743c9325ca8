package io.godwit.source.collect;

import io.godwit.linux.proc.MountInfo;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was read before the freeze, and need not be read in it.
 *
 * @param flags of the mappings, by pid; may lack processes
 * @param mounts of this host, as godwit and the tree see it
 */
public record Known(Map<Integer, VmaFlags> flags, List<MountInfo> mounts) {
    /** The same with the flags as they are now; those of a process that is gone are left out. */
    public Known withFlagsOfNow() {
        Map<Integer, VmaFlags> now = new HashMap<>();
        for (int pid : flags.keySet()) {
            try {
                now.put(pid, VmaFlags.read(pid));
            } catch (IOException e) {
                // it ended, or the freeze says why it can not be read
                continue;
            }
        }
        return new Known(Map.copyOf(now), mounts);
    }
}
