package io.godwit.source.options;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a dump treats memory.
 *
 * @param previous the directory of the dump before, relative to this one's: what was not written since is left to it
 * @param track take note of writes from now on, for a dump to come
 * @param autoDedup free the disk blocks of pages in the dumps before that this one replaces
 */
public record MemoryOptions(Optional<Path> previous, boolean track, boolean autoDedup) {
    /** All memory, once. */
    public static final MemoryOptions WHOLE = new MemoryOptions(Optional.empty(), false, false);
}
