package io.godwit.linux.proc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long threads waited for a processor while others had it: the second number of {@code schedstat} in proc(5). */
public final class RunDelay {
    private static final Path OF_CALLER = Path.of("/proc/thread-self/schedstat");

    private RunDelay() {}

    /** Nanoseconds that the calling thread has waited since its start; always 0 where the kernel does not tell. */
    public static long nanos() {
        try {
            return parse(Files.readString(OF_CALLER));
        } catch (IOException e) {
            return 0;
        }
    }

    static long parse(String schedstat) {
        return Long.parseLong(schedstat.split(" ")[1]);
    }
}
