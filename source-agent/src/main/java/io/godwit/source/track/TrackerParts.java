package io.godwit.source.track;

import io.godwit.linux.Fd;

/**
 * The descriptors of which a tracker consists, and that can be kept while no agent runs.
 *
 * @param process a pidfd, which no later process with the same pid can be taken for
 * @param uffd holds the write protection
 * @param pagemap tells whether the process still has the memory that is tracked
 */
record TrackerParts(Fd process, Fd uffd, Fd pagemap) {
    /** How many they are. */
    static final int COUNT = 3;
}
