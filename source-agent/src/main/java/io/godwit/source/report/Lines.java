package io.godwit.source.report;

import io.godwit.source.precopy.Decision;
import io.godwit.source.precopy.Prediction;
import io.godwit.source.precopy.RoundStats;
import io.godwit.source.preflight.Finding;
import io.godwit.source.preflight.PreflightResult;
import java.util.ArrayList;
import java.util.List;

/** The words of the progress display, one line each. */
final class Lines {
    private Lines() {}

    static List<String> preflight(PreflightResult result) {
        List<String> lines = new ArrayList<>();
        lines.add(Units.format(
                "pre-flight of pid %d: %s, %s, %s of memory; %s has %s free",
                result.pid(),
                Units.count(result.tasks(), "process", "processes"),
                Units.count(result.threads(), "thread", "threads"),
                Units.bytes(result.memoryBytes()),
                result.target(),
                Units.bytes(result.targetFreeBytes())));
        for (String check : result.checks()) {
            lines.add("  checked: " + check);
        }
        result.findings().stream().filter(Finding::isError).forEach(finding -> lines.add("  " + finding));
        result.findings().stream().filter(f -> !f.isError()).forEach(finding -> lines.add("  " + finding));
        lines.add(verdict(result));
        return lines;
    }

    private static String verdict(PreflightResult result) {
        if (!result.passed()) {
            return "pre-flight refused: " + Units.count(result.errors(), "error", "errors");
        }
        long warnings = result.findings().size();
        return "pre-flight passed" + (warnings == 0 ? "" : " with " + Units.count(warnings, "warning", "warnings"));
    }

    static String round(RoundStats round, Decision decision) {
        Prediction prediction = decision.prediction();
        String dirty = round.sincePreviousNanos() == 0 ? "" : ", dirty " + Units.rate(round.dirtyPagesPerSecond());
        return Units.format(
                "round %d: %s in %s, %s%s, predicted downtime %s%s",
                round.round(),
                Units.count(round.pagesSent(), "page", "pages"),
                Units.micros(round.nanos() / 1000),
                Units.speed(round.memoryBytesPerSecond()),
                dirty,
                Units.time(prediction.downtime()),
                round.throttlePercent() == 0 ? "" : ", throttled by " + round.throttlePercent() + " %");
    }

    static String freezing(Decision.Stop stop) {
        return "stopping the tree: " + stop.reason().text();
    }

    static String failed(String message) {
        return "godwit: " + message;
    }
}
