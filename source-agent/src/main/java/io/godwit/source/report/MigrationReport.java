package io.godwit.source.report;

import io.godwit.source.precopy.RoundStats;
import java.util.List;

/**
 * All that is told at the end of a migration.
 *
 * @param pid root of the tree
 * @param command its name, as in {@code /proc/PID/comm}
 * @param target the host, as the user wrote it
 * @param tasks processes moved
 * @param threads threads moved, main threads included
 * @param downtimeMicros from the first interrupted thread until the tree runs at the target
 * @param predictedDowntimeMicros what the last round predicted
 * @param stopReason why the pre-copy ended, in words
 * @param timeline steps of the frozen path on both hosts, times since the freeze began
 * @param rounds pre-copy rounds and, last, the one sent while frozen
 * @param totalMicros from the command until the source's copy is gone
 */
public record MigrationReport(
        int pid,
        String command,
        String target,
        int tasks,
        int threads,
        long downtimeMicros,
        long predictedDowntimeMicros,
        String stopReason,
        List<Step> timeline,
        List<RoundStats> rounds,
        Traffic traffic,
        long totalMicros) {
    public MigrationReport {
        timeline = List.copyOf(timeline);
        rounds = List.copyOf(rounds);
    }
}
