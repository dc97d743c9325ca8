package io.godwit.source.migrate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads that compile Java, as the kernel sees them: one that waits for something to compile sleeps, and one that has not yet got a
 * processor does not.
 *
 * @param stats of each, as {@code /proc/PID/task/TID/stat} (proc_pid_stat(5))
 */
record CompilerThreads(List<Path> stats) {
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final String NAME = " CompilerThre";
    private static final long LOOK_NANOS = 5_000_000;

    /** One that sleeps may wait for a lock. */
    private static final int LOOKS = 4;

    /** Those of this process. */
    static CompilerThreads ofThisProcess() {
        List<Path> stats = new ArrayList<>();
        for (String thread : TASKS.toFile().list()) {
            Path stat = TASKS.resolve(thread).resolve("stat");
            if (read(stat).contains(NAME)) {
                stats.add(stat);
            }
        }
        return new CompilerThreads(stats);
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
    boolean awaitIdle(Duration patience) {
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
