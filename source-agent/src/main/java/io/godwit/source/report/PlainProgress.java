package io.godwit.source.report;

import io.godwit.source.precopy.Decision;
import io.godwit.source.precopy.RoundStats;
import io.godwit.source.preflight.PreflightResult;
import java.io.PrintWriter;

/** One line for each thing that happened: for logs and pipes. */
public final class PlainProgress implements ProgressListener {
    private final PrintWriter out;
    private final PrintWriter err;
    private final TextReport report;

    public PlainProgress(PrintWriter out, PrintWriter err, TextReport report) {
        this.out = out;
        this.err = err;
        this.report = report;
    }

    @Override
    public void preflight(PreflightResult result) {
        Lines.preflight(result).forEach(this::line);
    }

    @Override
    public void roundFinished(RoundStats stats, Decision decision) {
        line(Lines.round(stats, decision));
        if (decision instanceof Decision.Stop stop) {
            line(Lines.freezing(stop));
        }
    }

    @Override
    public void warned(String warning) {
        err.println("godwit: warning: " + warning);
        err.flush();
    }

    @Override
    public void done(MigrationReport moved) {
        out.println();
        out.print(report.render(moved));
        out.flush();
    }

    @Override
    public void left(String message) {
        err.println("godwit: " + message);
    }

    @Override
    public void failed(String message) {
        err.println(Lines.failed(message));
        err.flush();
    }

    private void line(String text) {
        out.println(text);
        out.flush();
    }
}
