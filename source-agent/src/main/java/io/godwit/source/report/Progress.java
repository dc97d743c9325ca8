package io.godwit.source.report;

import io.godwit.source.options.MigrationOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Chooses the display. */
public final class Progress {
    private static final Duration JSON_INTERVAL = Duration.ofMillis(200);

    private Progress() {}

    /** JSON where asked for; else a live block on a terminal, and plain lines elsewhere. */
    public static ProgressListener choose(MigrationOptions options, PrintWriter out, PrintWriter err) {
        LongSupplier clock = System::nanoTime;
        if (options.json()) {
            return new JsonProgress(out, new RateLimit(JSON_INTERVAL, clock));
        }
        PlainProgress plain = new PlainProgress(out, err, new TextReport(Terminal.unicode()));
        Optional<LiveProgress.Screen> screen = Terminal.screen();
        if (screen.isEmpty()) {
            return plain;
        }
        return new LiveProgress(out, plain, screen.get(), options.downtimeLimit(), clock);
    }
}
