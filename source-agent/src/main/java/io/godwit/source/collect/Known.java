package io.godwit.source.collect;

import io.godwit.linux.proc.MountInfo;
import java.util.List;
import java.util.Map;

/**
 * What was read before the freeze, and need not be read in it.
 *
 * @param flags of the mappings, by pid; may lack processes
 * @param mounts of this host, as godwit and the tree see it
 */
public record Known(Map<Integer, VmaFlags> flags, List<MountInfo> mounts) {}
