package io.godwit.source.options;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What {@code godwit dump} was asked to do.
 *
 * @param pid root of the tree
 * @param directory where the image files go
 * @param workDirectory where the statistics go
 * @param after what becomes of the tree
 * @param shellJob the tree may belong to a session whose leader is not in it
 * @param timeout how long it may take to freeze the tree
 * @param files how open files are treated
 * @param memory how memory is treated
 * @param cgroups how cgroups are treated
 * @param verbosity how often -v was given
 */
public record DumpOptions(
        int pid,
        Path directory,
        Path workDirectory,
        After after,
        boolean shellJob,
        Duration timeout,
        FileOptions files,
        MemoryOptions memory,
        CgroupOptions cgroups,
        int verbosity) {
    private static final Duration FREEZE_LIMIT = Duration.ofSeconds(10);

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
        if (timeout.isNegative() || timeout.isZero()) {
            throw new OptionException("a timeout of " + timeout.toSeconds() + " s leaves no time to freeze the tree");
        }
    }

    /** What CRIU does without options: the tree is ended, and its statistics are beside its images. */
    public static DumpOptions defaults(int pid, Path directory) {
        return new DumpOptions(
                pid,
                directory,
                directory,
                After.KILL,
                false,
                FREEZE_LIMIT,
                FileOptions.defaults(),
                MemoryOptions.WHOLE,
                CgroupOptions.defaults(),
                0);
    }

    public DumpOptions withWorkDirectory(Path value) {
        return new DumpOptions(pid, directory, value, after, shellJob, timeout, files, memory, cgroups, verbosity);
    }

    public DumpOptions withAfter(After value) {
        return new DumpOptions(
                pid, directory, workDirectory, value, shellJob, timeout, files, memory, cgroups, verbosity);
    }

    public DumpOptions withShellJob(boolean value) {
        return new DumpOptions(
                pid,
                directory,
                workDirectory,
                after,
                value,
                timeout,
                files.withTerminal(value),
                memory,
                cgroups,
                verbosity);
    }

    public DumpOptions withTimeout(Duration value) {
        return new DumpOptions(
                pid, directory, workDirectory, after, shellJob, value, files, memory, cgroups, verbosity);
    }

    public DumpOptions withFiles(FileOptions value) {
        return new DumpOptions(
                pid,
                directory,
                workDirectory,
                after,
                shellJob,
                timeout,
                value.withTerminal(shellJob),
                memory,
                cgroups,
                verbosity);
    }

    public DumpOptions withMemory(MemoryOptions value) {
        return new DumpOptions(
                pid, directory, workDirectory, after, shellJob, timeout, files, value, cgroups, verbosity);
    }

    public DumpOptions withCgroups(CgroupOptions value) {
        return new DumpOptions(
                pid, directory, workDirectory, after, shellJob, timeout, files, memory, value, verbosity);
    }

    public DumpOptions withVerbosity(int value) {
        return new DumpOptions(pid, directory, workDirectory, after, shellJob, timeout, files, memory, cgroups, value);
    }
}
