package io.godwit.source.options;

import java.nio.file.Path;

/**
 * What {@code godwit dump} was asked to do.
 *
 * @param pid root of the tree
 * @param directory where the image files go
 * @param after what becomes of the tree
 * @param shellJob the tree may belong to a session whose leader is not in it
 * @param verbosity how often -v was given
 */
public record DumpOptions(int pid, Path directory, After after, boolean shellJob, int verbosity) {
    /** What becomes of the tree once its images are written. */
    public enum After {
        KILL,
        LEAVE_RUNNING,
        LEAVE_STOPPED
    }

    public DumpOptions {
        if (pid < 1) {
            throw new OptionException("pid " + pid + " is not a process: pids are positive");
        }
    }
}
