package io.godwit.source.report;

import io.godwit.source.precopy.Decision;
import io.godwit.source.precopy.Prediction;
import io.godwit.source.precopy.RoundStats;
import io.godwit.source.preflight.PreflightResult;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * For a terminal: finished rounds scroll by as in {@link PlainProgress}; below them a block of two lines is
 * drawn over and over, with how far the round is, its speed, the dirty rate and when it should be over.
 */
public final class LiveProgress implements ProgressListener {
    private static final int BAR_COLUMNS = 24;
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final String UP_AND_CLEAR = "\u001b[A" + CLEAR_LINE;

    private final PrintWriter out;
    private final PlainProgress history;
    private final Screen screen;
    private final Duration downtimeLimit;
    private final RateLimit limit;
    private final LongSupplier nanoClock;
    private Prediction prediction;
    private long roundStart;
    private boolean drawn;

    /**
     * What the terminal can show.
     *
     * @param columns longer lines are cut, as a wrapped line could not be drawn over
     */
    public record Screen(int columns, boolean unicode) {}

    public LiveProgress(
            PrintWriter out, PlainProgress history, Screen screen, Duration downtimeLimit, LongSupplier nanoClock) {
        this.out = out;
        this.history = history;
        this.screen = screen;
        this.downtimeLimit = downtimeLimit;
        this.nanoClock = nanoClock;
        this.limit = new RateLimit(Duration.ofMillis(100), nanoClock);
    }

    @Override
    public void preflight(PreflightResult result) {
        history.preflight(result);
    }

    @Override
    public void roundStarted(int round) {
        roundStart = nanoClock.getAsLong();
    }

    @Override
    public void roundProgress(int round, long pages, long ofPages) {
        if (limit.allows()) {
            erase();
            for (String line : block(round, pages, ofPages)) {
                out.println(line.substring(0, Math.min(line.length(), screen.columns() - 1)));
            }
            out.flush();
            drawn = true;
        }
    }

    @Override
    public void roundFinished(RoundStats stats, Decision decision) {
        erase();
        prediction = decision.prediction();
        history.roundFinished(stats, decision);
    }

    @Override
    public void warned(String warning) {
        erase();
        out.flush();
        history.warned(warning);
    }

    @Override
    public void done(MigrationReport report) {
        erase();
        history.done(report);
    }

    @Override
    public void left(String message) {
        history.left(message);
    }

    @Override
    public void failed(String message) {
        erase();
        out.flush();
        history.failed(message);
    }

    private List<String> block(int round, long pages, long ofPages) {
        double seconds = Math.max(1, nanoClock.getAsLong() - roundStart) / 1e9;
        String first = Units.format(
                "round %d %s %s of %s pages  %s",
                round,
                bar(pages, ofPages),
                Units.grouped(pages),
                Units.grouped(ofPages),
                Units.speed(pages * (double) RoundStats.PAGE_BYTES / seconds));
        if (prediction == null) {
            return List.of(first, "dirty rate, predicted downtime, ETA: after this round");
        }
        String second = Units.format(
                "dirty %s  predicted downtime %s  ETA %s",
                Units.rate(prediction.dirtyPagesPerSecond()),
                Units.time(prediction.downtime()),
                prediction.timeUntil(downtimeLimit).map(Units::time).orElse("unknown"));
        return List.of(first, second);
    }

    private String bar(long pages, long ofPages) {
        int full = ofPages == 0 ? BAR_COLUMNS : (int) Math.min(BAR_COLUMNS, pages * BAR_COLUMNS / ofPages);
        String done = screen.unicode() ? "\u2588" : "#";
        String open = screen.unicode() ? "\u2591" : ".";
        return done.repeat(full) + open.repeat(BAR_COLUMNS - full);
    }

    private void erase() {
        if (drawn) {
            out.print(UP_AND_CLEAR + UP_AND_CLEAR);
            drawn = false;
        }
    }
}
