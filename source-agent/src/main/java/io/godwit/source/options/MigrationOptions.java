package io.godwit.source.options;

import io.godwit.page.client.Compression;
import io.godwit.source.cpu.CpuMode;
import io.godwit.source.precopy.OnNoConvergence;
import java.time.Duration;
import java.util.Set;

/**
 * What {@code godwit migrate} was asked to do.
 *
 * @param pid root of the tree
 * @param dryRun only the pre-flight
 * @param downtimeLimit freeze once the predicted downtime is below this
 * @param maxRounds at most so many pre-copy rounds
 * @param onNoConvergence what to do with a tree that the rounds do not catch up with
 * @param bytesPerSecond the rounds may use so much of the link, 0 for all of it
 * @param streams connections that carry pages, 0 for as many as suit this host
 * @param compression of pages
 * @param json progress and report as JSON lines
 * @param insecure plain TCP may be spoken beyond loopback
 * @param shellJob the tree may belong to a session whose leader stays behind
 * @param viaImages the target stores the rounds as image files and restores from them at the end
 * @param files how open files are treated
 * @param cgroups how the tree's cgroups are made at the target
 * @param processor in what that of the target must be like this one
 * @param verbosity how often -v was given
 */
public record MigrationOptions(
        int pid,
        HostAndPort target,
        boolean dryRun,
        Duration downtimeLimit,
        int maxRounds,
        OnNoConvergence onNoConvergence,
        long bytesPerSecond,
        int streams,
        Compression compression,
        boolean json,
        boolean insecure,
        boolean shellJob,
        boolean viaImages,
        FileOptions files,
        MovedCgroups cgroups,
        Set<CpuMode> processor,
        int verbosity) {
    /** Longer than this is not a live migration; a slip such as 30000s is more likely. */
    private static final Duration MAX_DOWNTIME_LIMIT = Duration.ofHours(1);

    private static final int MAX_ROUNDS = 1000;

    /** A page, and so a round, must get through in a time that someone waits for. */
    private static final long MIN_BYTES_PER_SECOND = 100_000;

    /** The protocol allows so many. */
    private static final int MAX_STREAMS = 8;

    public MigrationOptions {
        if (streams < 0 || streams > MAX_STREAMS) {
            throw new OptionException(
                    "--streams must be between 1 and " + MAX_STREAMS + ", or 0 for as many as suit this host");
        }
        if (streams > 1 && viaImages) {
            throw new OptionException(
                    "--streams can not be used with --via-images: images are written by one connection");
        }
        if (bytesPerSecond != 0 && bytesPerSecond < MIN_BYTES_PER_SECOND) {
            throw new OptionException("--bandwidth must be at least 100KB, or 0 for no limit");
        }
        if (pid < 1) {
            throw new OptionException("pid " + pid + " is not a process: pids are positive");
        }
        if (downtimeLimit.isNegative() || downtimeLimit.isZero() || downtimeLimit.compareTo(MAX_DOWNTIME_LIMIT) > 0) {
            throw new OptionException("--downtime-limit must be more than 0 and at most one hour");
        }
        if (maxRounds < 1 || maxRounds > MAX_ROUNDS) {
            throw new OptionException("--max-rounds must be between 1 and " + MAX_ROUNDS + ", not " + maxRounds);
        }
    }
}
