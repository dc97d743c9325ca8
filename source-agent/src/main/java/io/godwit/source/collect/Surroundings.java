package io.godwit.source.collect;

import io.godwit.linux.RootDirectory;
import io.godwit.linux.proc.MountInfo;
import java.util.List;
import java.util.OptionalInt;

/**
 * In what a tree's paths and pids have their meaning.
 *
 * @param mounts as the tree sees them
 * @param root where its paths begin
 * @param pids the numbers of its processes
 * @param network a process in its network namespace, if that is its own
 */
public record Surroundings(List<MountInfo> mounts, RootDirectory root, TreePids pids, OptionalInt network) {
    /** Those of this process. */
    public static Surroundings own(List<MountInfo> mounts) {
        return new Surroundings(mounts, RootDirectory.OWN, TreePids.SAME, OptionalInt.empty());
    }
}
