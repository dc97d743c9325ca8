package io.godwit.source.report;

import io.godwit.source.precopy.Decision;
import io.godwit.source.precopy.RoundStats;
import io.godwit.source.preflight.PreflightResult;
import java.io.PrintWriter;

/** One JSON object a line; its {@code event} says what happened. */
public final class JsonProgress implements ProgressListener {
    private final PrintWriter out;
    private final RateLimit limit;

    public JsonProgress(PrintWriter out, RateLimit limit) {
        this.out = out;
        this.limit = limit;
    }

    @Override
    public void preflight(PreflightResult result) {
        event("preflight", "result", JsonReport.of(result));
    }

    @Override
    public void roundStarted(int round) {
        line(new Json().set("event", "round_started").set("round", round));
    }

    @Override
    public void roundProgress(int round, long pages, long ofPages) {
        if (limit.allows()) {
            line(new Json()
                    .set("event", "round_progress")
                    .set("round", round)
                    .set("pages", pages)
                    .set("of_pages", ofPages));
        }
    }

    @Override
    public void roundFinished(RoundStats stats, Decision decision) {
        Json json = new Json()
                .set("event", "round_finished")
                .set("stats", JsonReport.of(stats))
                .set("prediction", JsonReport.of(decision.prediction()));
        if (decision instanceof Decision.Continue next && next.sprint()) {
            json.set("sprint", true);
        }
        if (decision instanceof Decision.Stop stop) {
            json.set("stop", stop.reason().name())
                    .set("stop_reason", stop.reason().text());
        }
        line(json);
    }

    @Override
    public void freezing() {
        line(new Json().set("event", "freezing"));
    }

    @Override
    public void frozenStep(Step step) {
        event("step", "step", JsonReport.of(step));
    }

    @Override
    public void warned(String warning) {
        line(new Json().set("event", "warning").set("message", warning));
    }

    @Override
    public void done(MigrationReport report) {
        event("done", "report", JsonReport.of(report));
    }

    @Override
    public void left(String message) {
        line(new Json().set("event", "left").set("message", message));
    }

    @Override
    public void failed(String message) {
        line(new Json().set("event", "failed").set("message", message));
    }

    private void event(String event, String name, Json value) {
        line(new Json().set("event", event).set(name, value));
    }

    private void line(Json json) {
        out.println(json);
        out.flush();
    }
}
