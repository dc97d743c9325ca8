package io.godwit.source.report;

import io.godwit.source.precopy.RoundStats;
import java.util.List;

/**
 * All that is told at the end of a migration.
 *
 * @param tree what was moved
 * @param target the host, as the user wrote it
 * @param downtimeMicros from the first interrupted thread until the tree runs at the target
 * @param predictedDowntimeMicros what the last round predicted
 * @param stopReason why the pre-copy ended, in words
 * @param timeline steps of the frozen path on both hosts, times since the freeze began
 * @param rounds the rounds sent while the tree ran, in order
 * @param frozenRound the last pages, sent while it stood still; nothing was left at its end
 * @param warnings what could not be read at the source, or not restored exactly
 * @param totalMicros from the command until the source's copy is gone
 */
public record MigrationReport(
        Tree tree,
        String target,
        long downtimeMicros,
        long predictedDowntimeMicros,
        String stopReason,
        List<Step> timeline,
        List<RoundStats> rounds,
        RoundStats frozenRound,
        Traffic traffic,
        List<String> warnings,
        long totalMicros) {
    /**
     * The tree that was moved.
     *
     * @param pid its root
     * @param command the root's name, as in {@code /proc/PID/comm}
     * @param threads main threads included
     */
    public record Tree(int pid, String command, int processes, int threads) {
        /** For example {@code redis-server (pid 4711, 1 process, 5 threads)}. */
        @Override
        public String toString() {
            return command + " (pid " + pid + ", " + Units.count(processes, "process", "processes") + ", "
                    + Units.count(threads, "thread", "threads") + ")";
        }
    }

    public MigrationReport {
        timeline = List.copyOf(timeline);
        rounds = List.copyOf(rounds);
        warnings = List.copyOf(warnings);
    }
}
