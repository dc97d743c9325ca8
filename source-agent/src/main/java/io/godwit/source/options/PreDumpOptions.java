package io.godwit.source.options;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code godwit pre-dump} was asked to do.
 *
 * @param pid root of the tree
 * @param directory where the image files go
 * @param workDirectory where the statistics go
 * @param previous the directory of the dump or pre-dump before, relative to this one's
 * @param autoDedup free the disk blocks of pages in it, and in those before it, that this one replaces
 * @param timeout how long it may take to stop the processes whose writes are to be tracked from now on, one after the other
 */
public record PreDumpOptions(
        int pid, Path directory, Path workDirectory, Optional<Path> previous, boolean autoDedup, Duration timeout) {
    public PreDumpOptions {
        if (pid < 1) {
            throw new OptionException("pid " + pid + " is not a process: pids are positive");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new OptionException("a timeout of " + timeout.toSeconds() + " s leaves no time to stop a process");
        }
    }
}
