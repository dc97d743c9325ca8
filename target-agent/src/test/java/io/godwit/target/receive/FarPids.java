package io.godwit.target.receive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pids for made-up trees. The kernel hands pids out in a circle: a fixed number may be the next one that any process of the host
 * gets, one half a circle away is not for a long time.
 */
public final class FarPids {
    private static final Path LAST = Path.of("/proc/sys/kernel/ns_last_pid");
    /** So far from either end of the range: the kernel's threads have the lowest, and the next trees must fit below the highest. */
    private static final int MARGIN = 1000;

    private static final AtomicInteger NEXT = new AtomicInteger(farthest());

    private FarPids() {}

    /** The root's pid for a made-up tree, of its own for each caller: one that was used stays taken until init has reaped it. */
    public static int next() {
        int pid = NEXT.getAndAdd(RehearsalImages.PIDS);
        while (Rehearsal.taken(pid)) {
            pid = NEXT.getAndAdd(RehearsalImages.PIDS);
        }
        return pid;
    }

    private static int farthest() {
        try {
            int half = PidMax.read() / 2;
            int last = Integer.parseInt(Files.readString(LAST).strip());
            return last < half ? last + half - MARGIN : last - half + MARGIN;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
