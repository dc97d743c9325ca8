package io.godwit.source.report;

import io.godwit.source.precopy.RoundStats;
import java.util.Locale;

/** The report as a page of text: what it came to, the timeline with a bar a step, the rounds, the bytes. */
public final class TextReport {
    private static final int BAR_COLUMNS = 36;

    private final char bar;

    /**
     * A renderer.
     *
     * @param unicode whether the reader's character set has block characters
     */
    public TextReport(boolean unicode) {
        this.bar = unicode ? '\u2588' : '#';
    }

    /** Several lines, each with a line end. */
    public String render(MigrationReport report) {
        return summary(report) + '\n' + timeline(report) + '\n' + rounds(report) + '\n' + traffic(report.traffic());
    }

    private static String summary(MigrationReport report) {
        StringBuilder warnings = new StringBuilder();
        report.warnings()
                .forEach(warning -> warnings.append("Warning: ").append(warning).append(".\n"));
        return warnings
                + Units.format(
                        "Moved %s to %s in %s.%nIt stood still for %s; %s was predicted.%n",
                        report.tree(),
                        report.target(),
                        Units.micros(report.totalMicros()),
                        Units.micros(report.downtimeMicros()),
                        Units.micros(report.predictedDowntimeMicros()));
    }

    private String timeline(MigrationReport report) {
        long total = Math.max(1, report.downtimeMicros());
        for (Step step : report.timeline()) {
            total = Math.max(total, step.endMicros());
        }
        Table table = new Table("llrrl").row("Downtime", "", "at ms", "took ms", "");
        for (Step step : report.timeline()) {
            table.row(
                    "  " + step.name(),
                    step.side().name().toLowerCase(Locale.ROOT),
                    Units.millis(step.startMicros()),
                    Units.millis(step.micros()),
                    bar(step, total));
        }
        return table.toString();
    }

    /**
     * At least one column, so that no step is invisible. A step of the target may seem to begin before the freeze, since its
     * clock is placed by a request that may have waited there.
     */
    String bar(Step step, long total) {
        long start = Math.max(0, step.startMicros());
        int from = (int) Math.min(BAR_COLUMNS - 1, start * BAR_COLUMNS / total);
        int to = (int) Math.min(BAR_COLUMNS, Math.round((double) step.endMicros() * BAR_COLUMNS / total));
        return " ".repeat(from) + String.valueOf(bar).repeat(Math.max(1, to - from));
    }

    private static String rounds(MigrationReport report) {
        Table table = new Table("lrrrrrr").row("Rounds", "pages", "dirty rate", "memory", "wire", "took", "speed");
        for (RoundStats round : report.rounds()) {
            row(table, "  " + round.round(), round);
        }
        row(table, "  frozen", report.frozenRound());
        return table + "  then frozen: " + report.stopReason() + "\n";
    }

    private static void row(Table table, String name, RoundStats round) {
        boolean rateKnown = round.sincePreviousNanos() > 0;
        table.row(
                name,
                Units.grouped(round.pagesSent()),
                rateKnown ? Units.rate(round.dirtyPagesPerSecond()) : "-",
                Units.bytes(round.memoryBytes()),
                Units.bytes(round.bytesSent()),
                Units.micros(round.nanos() / 1000),
                round.pagesSent() == 0 ? "-" : Units.speed(round.memoryBytesPerSecond()));
    }

    private static String traffic(Traffic traffic) {
        return new Table("lr")
                .row("Memory handed over", Units.bytes(traffic.memoryBytes()))
                .row("  saved by zero pages", Units.bytes(traffic.savedByZero()))
                .row("  saved by compression", Units.bytes(traffic.savedByCompression()))
                .row("  saved by dedup", Units.bytes(traffic.savedByParent()))
                .row("  on the wire", Units.bytes(traffic.wireBytes()))
                .toString();
    }
}
