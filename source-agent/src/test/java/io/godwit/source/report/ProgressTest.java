package io.godwit.source.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final long MILLI = 1_000_000;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final AtomicLong clock = new AtomicLong();

    @Test
    void plainLinesTellTheWholeStory() {
        tell(plain());
        Golden.assertSame(out.toString(), "plain.txt");
    }

    @Test
    void jsonLinesTellTheWholeStory() {
        tell(new JsonProgress(new PrintWriter(out), new RateLimit(Duration.ofMillis(200), clock::get)));
        Golden.assertSame(out.toString(), "events.json");
    }

    @Test
    void theLiveBlockIsDrawnOverItself() {
        tell(live(200));
        Golden.assertSame(out.toString().replace("\r\u001b[K", "<clear>").replace("\u001b[A", "<up>"), "live.txt");
    }

    @Test
    void theLiveBlockNeverWraps() {
        ProgressListener live = live(40);
        live.roundStarted(0);
        live.roundProgress(0, 10_000, 65_536);
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(40));
    }

    @Test
    void theLiveBlockIsDrawnTenTimesASecondAtMost() {
        ProgressListener live = live(80);
        live.roundStarted(0);
        for (int i = 0; i < 1_000; i++) {
            clock.addAndGet(MILLI);
            live.roundProgress(0, i, 1_000);
        }
        assertThat(out.toString().lines().filter(line -> line.contains("round 0")))
                .hasSize(10);
    }

    @Test
    void aFailureGoesToStandardError() {
        plain().failed("the target closed the connection");
        assertThat(err.toString()).isEqualTo("godwit: the target closed the connection\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aFailureClearsTheLiveBlockFirst() {
        ProgressListener live = live(80);
        live.roundProgress(0, 1, 2);
        live.failed("no");
        assertThat(out.toString()).endsWith("\u001b[A\r\u001b[K\u001b[A\r\u001b[K");
        assertThat(err.toString()).isEqualTo("godwit: no\n");
    }

    @Test
    void aJsonFailureIsAnEvent() {
        new JsonProgress(new PrintWriter(out), new RateLimit(Duration.ZERO, clock::get)).failed("no");
        assertThat(out.toString()).isEqualTo("{\"event\":\"failed\",\"message\":\"no\"}\n");
    }

    @Test
    void errorsOfThePreflightComeBeforeWarnings() {
        List<String> lines = Lines.preflight(Samples.refused());
        assertThat(lines)
                .endsWith(
                        "  error: fd 5 of pid 4711: an inotify instance can not be moved yet; close it",
                        "  warning: /etc/hosts: is open here and differs there",
                        "pre-flight refused: 1 error");
    }

    private PlainProgress plain() {
        return new PlainProgress(new PrintWriter(out), new PrintWriter(err), new TextReport(true));
    }

    private LiveProgress live(int columns) {
        LiveProgress.Screen screen = new LiveProgress.Screen(columns, true);
        return new LiveProgress(new PrintWriter(out), plain(), screen, Duration.ofMillis(30), clock::get);
    }

    private void tell(ProgressListener listener) {
        listener.preflight(Samples.passed());
        listener.roundStarted(0);
        clock.addAndGet(100 * MILLI);
        listener.roundProgress(0, 30_000, 65_536);
        clock.addAndGet(50 * MILLI);
        listener.roundProgress(0, 40_000, 65_536);
        clock.addAndGet(90 * MILLI);
        listener.roundFinished(Samples.firstRound(), Samples.goOn());
        listener.roundStarted(1);
        clock.addAndGet(10 * MILLI);
        listener.roundProgress(1, 2_000, 4_000);
        clock.addAndGet(6 * MILLI);
        listener.roundFinished(Samples.secondRound(), Samples.stop());
        listener.freezing();
        Samples.report().timeline().forEach(listener::frozenStep);
        listener.done(Samples.report());
    }
}
