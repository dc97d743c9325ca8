package io.godwit.source.report;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them: ms, MiB for memory, MB/s for speed. The same in every locale. */
final class Units {
    private static final double KIB = 1024;
    private static final double MIB = KIB * 1024;
    private static final double GIB = MIB * 1024;

    private Units() {}

    /** One process, 2 processes. */
    static String count(long number, String one, String many) {
        return grouped(number) + " " + (number == 1 ? one : many);
    }

    /** 65,536. */
    static String grouped(long number) {
        return format("%,d", number);
    }

    /** Milliseconds with as many digits as help: 0.04 ms, 23.4 ms, 412 ms, 1.42 s. */
    static String micros(long micros) {
        double millis = micros / 1000.0;
        if (millis >= 999.5) {
            return format("%.2f s", millis / 1000);
        }
        if (millis >= 99.95) {
            return format("%.0f ms", millis);
        }
        return format(millis < 0.995 ? "%.2f ms" : "%.1f ms", millis);
    }

    static String time(Duration time) {
        return micros(time.toNanos() / 1000);
    }

    /** Always milliseconds with two digits, for columns. */
    static String millis(long micros) {
        return format("%.2f", micros / 1000.0);
    }

    /** KiB, MiB or GiB. */
    static String bytes(long bytes) {
        if (bytes >= GIB) {
            return format("%.2f GiB", bytes / GIB);
        }
        if (bytes >= MIB) {
            return format("%.1f MiB", bytes / MIB);
        }
        return bytes == 0 ? "0" : format("%.1f KiB", bytes / KIB);
    }

    /** Millions of bytes per second. */
    static String speed(double bytesPerSecond) {
        double megabytes = bytesPerSecond / 1e6;
        return format(megabytes < 9.995 ? "%.2f MB/s" : "%,.0f MB/s", megabytes);
    }

    static String rate(double pagesPerSecond) {
        return format("%,.0f pages/s", pagesPerSecond);
    }

    static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
