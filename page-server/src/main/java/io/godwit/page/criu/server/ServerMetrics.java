package io.godwit.page.criu.server;

import io.godwit.page.criu.wire.AddPages;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What a server has done since its start. */
public final class ServerMetrics {
    private final LongAdder started = new LongAdder();
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder stored = new LongAdder();
    private final LongAdder holes = new LongAdder();
    private final LongAdder lazy = new LongAdder();
    private final LongAdder served = new LongAdder();
    private final AtomicLong active = new AtomicLong();

    void started() {
        started.increment();
        active.incrementAndGet();
    }

    void ended(boolean success) {
        active.decrementAndGet();
        (success ? succeeded : failed).increment();
    }

    void refused() {
        refused.increment();
    }

    void bytes(long count) {
        bytes.add(count);
    }

    void pages(AddPages run) {
        (run.present() ? stored : run.hole() ? holes : lazy).add(run.nrPages());
    }

    void served(long nrPages) {
        served.add(nrPages);
    }

    /** Sessions that are going on. */
    long active() {
        return active.get();
    }

    /** All figures, in the text format of Prometheus. */
    public String text() {
        StringBuilder out = new StringBuilder();
        family(out, "sessions_total", "counter", "Sessions that have ended.");
        value(out, "sessions_total{result=\"success\"}", succeeded.sum());
        value(out, "sessions_total{result=\"failure\"}", failed.sum());
        family(out, "sessions_active", "gauge", "Sessions that are going on.");
        value(out, "sessions_active", active.get());
        family(out, "sessions_started_total", "counter", "Sessions that have begun.");
        value(out, "sessions_started_total", started.sum());
        family(out, "connections_refused_total", "counter", "Connections closed at once, as there were too many.");
        value(out, "connections_refused_total", refused.sum());
        family(out, "received_bytes_total", "counter", "Page contents that were stored.");
        value(out, "received_bytes_total", bytes.sum());
        family(out, "received_pages_total", "counter", "Pages that were told of, by where their contents are.");
        value(out, "received_pages_total{place=\"here\"}", stored.sum());
        value(out, "received_pages_total{place=\"parent\"}", holes.sum());
        value(out, "received_pages_total{place=\"process\"}", lazy.sum());
        family(out, "served_pages_total", "counter", "Pages that were sent to lazy restores.");
        value(out, "served_pages_total", served.sum());
        return out.toString();
    }

    private static void family(StringBuilder out, String name, String type, String help) {
        out.append("# HELP godwit_page_server_")
                .append(name)
                .append(' ')
                .append(help)
                .append('\n');
        out.append("# TYPE godwit_page_server_")
                .append(name)
                .append(' ')
                .append(type)
                .append('\n');
    }

    private static void value(StringBuilder out, String sample, long value) {
        out.append("godwit_page_server_")
                .append(sample)
                .append(' ')
                .append(value)
                .append('\n');
    }
}
