package io.godwit.target.restore;

import io.godwit.linux.SideThread;
import io.godwit.linux.SideWork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Threads that do the same work, one of them the caller's own. */
final class Workers {
    /** More are no faster: they wait for each other in the kernel. */
    private static final int MOST = 8;

    /** So much is worth another one. */
    private static final long BYTES_FOR_EACH = 16L << 20;

    private Workers() {}

    /** What each of the threads does until there is no more to do. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /** How many threads it takes to fill so much memory. */
    static int threads(long bytes) {
        int processors = Math.min(MOST, Runtime.getRuntime().availableProcessors());
        return (int) Math.max(1, Math.min(processors, bytes / BYTES_FOR_EACH));
    }

    /**
     * Returns when all have ended.
     *
     * @param what they do, for the names of the threads
     * @throws IOException that of one that failed
     */
    static void run(int threads, String what, Work work) throws IOException {
        List<SideWork<Void>> others = new ArrayList<>();
        Throwable failure = outcome(() -> {
            for (int i = 1; i < threads; i++) {
                try (SideThread thread = new SideThread("godwit: " + what)) {
                    others.add(thread.begin(() -> {
                        work.run();
                        return null;
                    }));
                }
            }
            work.run();
        });
        for (SideWork<Void> other : others) {
            Throwable its = outcome(other::await);
            failure = failure == null ? its : failure;
        }
        if (failure instanceof IOException e) {
            throw e;
        } else if (failure instanceof RuntimeException e) {
            throw e;
        } else if (failure instanceof Error e) {
            throw e;
        }
    }

    private static Throwable outcome(Work work) {
        try {
            work.run();
            return null;
        } catch (IOException | RuntimeException | Error e) {
            return e;
        }
    }
}
