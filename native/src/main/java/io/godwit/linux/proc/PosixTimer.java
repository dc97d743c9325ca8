package io.godwit.linux.proc;

import java.util.ArrayList;
import java.util.List;

/**
 * One timer of timer_create(2), an entry of /proc/PID/timers.
 *
 * @param notification SIGEV_ value; SIGEV_THREAD_ID (4) is kept as a bit
 * @param thread the thread to notify, with SIGEV_THREAD_ID
 */
public record PosixTimer(int id, int signal, long value, int notification, int thread, int clock) {
    private static final int SIGEV_THREAD_ID = 4;

    public static List<PosixTimer> parse(List<String> lines) {
        List<PosixTimer> timers = new ArrayList<>();
        for (int i = 0; i + 3 < lines.size(); i += 4) {
            int id = Integer.parseInt(after(lines.get(i), "ID: "));
            String[] signal = after(lines.get(i + 1), "signal: ").split("/");
            String notification = after(lines.get(i + 2), "notify: ");
            int slash = notification.indexOf('/');
            int dot = notification.indexOf('.');
            boolean toThread = notification.startsWith("tid.", slash + 1);
            int kind = notifyKind(notification.substring(0, slash)) | (toThread ? SIGEV_THREAD_ID : 0);
            timers.add(new PosixTimer(
                    id,
                    Integer.parseInt(signal[0]),
                    Long.parseUnsignedLong(signal[1].replaceFirst("^0x", ""), 16),
                    kind,
                    toThread ? Integer.parseInt(notification.substring(dot + 1)) : 0,
                    Integer.parseInt(after(lines.get(i + 3), "ClockID: "))));
        }
        return timers;
    }

    /** The same with another number for the thread that it notifies. */
    public PosixTimer notifying(int number) {
        return new PosixTimer(id, signal, value, notification, number, clock);
    }

    private static int notifyKind(String name) {
        return switch (name) {
            case "signal" -> 0;
            case "none" -> 1;
            case "thread" -> 2;
            default -> throw new IllegalArgumentException("unknown kind of timer notification: " + name);
        };
    }

    private static String after(String line, String prefix) {
        if (!line.startsWith(prefix)) {
            throw new IllegalArgumentException("a line of /proc/PID/timers starts with " + prefix + ": " + line);
        }
        return line.substring(prefix.length()).trim();
    }
}
