package io.godwit.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The threads that compile Java, as the kernel sees them: one that waits for something to compile sleeps, and one that has not yet got a
 * processor does not.
 *
 * @param stats of each, as {@code /proc/PID/task/TID/stat} (proc_pid_stat(5))
 */
public record CompilerThreads(List<Path> stats) {
    /** In the names that the virtual machine gives them. */
    private static final String NAME = " CompilerThre";

    private static final long LOOK_NANOS = 5_000_000;

    /** One that sleeps may wait for a lock. */
    private static final int LOOKS = 4;

    /** Those of this process; they are there from its start on. */
    public static CompilerThreads ofThisProcess() {
        List<Path> stats = new ArrayList<>();
        for (String thread : ThreadNice.threads()) {
            Path stat = ThreadNice.TASKS.toPath().resolve(thread).resolve("stat");
            if (read(stat).contains(NAME)) {
                stats.add(stat);
            }
        }
        return new CompilerThreads(stats);
    }

    /** Their numbers. */
    Set<String> ids() {
        return stats.stream()
                .map(stat -> stat.getParent().getFileName().toString())
                .collect(Collectors.toSet());
    }

    /** Nothing of a thread that has ended. */
    private static String read(Path stat) {
        try {
            return Files.readString(stat);
        } catch (IOException e) {
            return "";
        }
    }

    /**
     * Waits until all that was called often enough is compiled, but not for ever: beside a busy tree it takes its time.
     *
     * @return whether it is
     */
    public boolean awaitIdle(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        int idle = 0;
        while (idle < LOOKS && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_NANOS);
            idle = sleep() ? idle + 1 : 0;
        }
        return idle == LOOKS;
    }

    private boolean sleep() {
        for (Path stat : stats) {
            String words = read(stat);
            if (!words.isEmpty() && !words.startsWith(") S ", words.lastIndexOf(')'))) {
                return false;
            }
        }
        return true;
    }
}
