package io.godwit.source.report;

import io.godwit.source.precopy.Prediction;
import io.godwit.source.precopy.RoundStats;
import io.godwit.source.preflight.Finding;
import io.godwit.source.preflight.PreflightResult;
import java.util.Locale;

/** Reports as JSON objects. Names end in their unit: {@code _us} microseconds, {@code _bytes}. */
public final class JsonReport {
    private JsonReport() {}

    /** The whole report in one line. */
    public static String render(MigrationReport report) {
        return of(report).toString();
    }

    static Json of(MigrationReport report) {
        return new Json()
                .set("pid", report.tree().pid())
                .set("command", report.tree().command())
                .set("processes", report.tree().processes())
                .set("threads", report.tree().threads())
                .set("target", report.target())
                .set("downtime_us", report.downtimeMicros())
                .set("predicted_downtime_us", report.predictedDowntimeMicros())
                .set("total_us", report.totalMicros())
                .set("stop_reason", report.stopReason())
                .set("timeline", report.timeline().stream().map(JsonReport::of).toList())
                .set("rounds", report.rounds().stream().map(JsonReport::of).toList())
                .set("frozen_round", of(report.frozenRound()))
                .set("traffic", of(report.traffic()))
                .set("warnings", report.warnings());
    }

    static Json of(Step step) {
        return new Json()
                .set("name", step.name())
                .set("side", step.side().name().toLowerCase(Locale.ROOT))
                .set("start_us", step.startMicros())
                .set("took_us", step.micros());
    }

    static Json of(RoundStats round) {
        Json json = new Json()
                .set("round", round.round())
                .set("pages_sent", round.pagesSent())
                .set("memory_bytes", round.memoryBytes())
                .set("wire_bytes", round.bytesSent())
                .set("pages_dirty", round.pagesDirty())
                .set("dirty_pages_per_second", round.dirtyPagesPerSecond())
                .set("scan_us", round.scanNanos() / 1000)
                .set("send_us", round.sendNanos() / 1000)
                .set("wait_us", round.waitNanos() / 1000)
                .set("limit_us", round.limitNanos() / 1000)
                .set("since_previous_us", round.sincePreviousNanos() / 1000)
                .set("throttle_percent", round.throttlePercent());
        return round.pagesLeft() == RoundStats.NOT_COUNTED ? json : json.set("pages_left", round.pagesLeft());
    }

    static Json of(Prediction prediction) {
        return new Json()
                .set("downtime_us", prediction.downtime().toNanos() / 1000)
                .set("fixed_us", prediction.fixed().toNanos() / 1000)
                .set("pages_left", prediction.pagesLeft())
                .set("pages_per_second", prediction.pagesPerSecond())
                .set("dirty_pages_per_second", prediction.dirtyPagesPerSecond());
    }

    static Json of(PreflightResult result) {
        return new Json()
                .set("pid", result.pid())
                .set("target", result.target())
                .set("passed", result.passed())
                .set("processes", result.tasks())
                .set("threads", result.threads())
                .set("memory_bytes", result.memoryBytes())
                .set("target_free_bytes", result.targetFreeBytes())
                .set("checks", result.checks())
                .set("findings", result.findings().stream().map(JsonReport::of).toList());
    }

    private static Json of(Finding finding) {
        return new Json()
                .set("severity", finding.severity().name().toLowerCase(Locale.ROOT))
                .set("subject", finding.subject())
                .set("problem", finding.problem())
                .set("advice", finding.advice());
    }

    private static Json of(Traffic traffic) {
        return new Json()
                .set("memory_bytes", traffic.memoryBytes())
                .set("wire_bytes", traffic.wireBytes())
                .set("saved_by_zero_bytes", traffic.savedByZero())
                .set("saved_by_compression_bytes", traffic.savedByCompression())
                .set("saved_by_parent_bytes", traffic.savedByParent());
    }
}
