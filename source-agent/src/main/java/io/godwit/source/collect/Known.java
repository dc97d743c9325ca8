package io.godwit.source.collect;

import io.godwit.linux.proc.MountInfo;
import io.godwit.linux.proc.SecurityLabels;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was read before the freeze, and need not be read in it.
 *
 * @param flags of the mappings, by pid; may lack processes
 * @param mounts of this host, as godwit sees it
 * @param labels of this kernel
 * @param namespaces of the tree
 */
public record Known(
        Map<Integer, VmaFlags> flags, List<MountInfo> mounts, SecurityLabels labels, TreeNamespaces namespaces) {
    /** Where the tree's paths and pids have their meaning. */
    public Surroundings surroundings() throws IOException {
        return namespaces.surroundings(mounts);
    }

    /** Whether the flags of all mappings that these processes have now were read. */
    public boolean coversNow(Collection<Integer> pids) {
        for (int pid : pids) {
            try {
                VmaFlags read = flags.get(pid);
                if (read == null || !read.covers(VmaFlags.mapsNow(pid, read))) {
                    return false;
                }
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    /** The same with the flags of these processes as they are now; those of one that is gone are left out. */
    public Known withFlagsOfNow(Collection<Integer> pids) {
        Map<Integer, VmaFlags> now = new HashMap<>();
        for (int pid : pids) {
            try {
                now.put(pid, VmaFlags.read(pid));
            } catch (IOException e) {
                // it ended, or the freeze says why it can not be read
                continue;
            }
        }
        return new Known(Map.copyOf(now), mounts, labels, namespaces);
    }
}
