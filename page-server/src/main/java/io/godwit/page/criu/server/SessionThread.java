package io.godwit.page.criu.server;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The thread that acts for a session, and for others: whatever an action throws ends the session and not the thread, which the executor
 * would not replace.
 *
 * @param whenFailed takes what an action has thrown
 */
record SessionThread(EventExecutor executor, Consumer<Throwable> whenFailed) {
    /** Runs an action there: at once if this is the thread, else after what it was given before. */
    void run(Runnable action) {
        if (executor.inEventLoop()) {
            guard(action);
        } else {
            later(action);
        }
    }

    /** Runs an action there after what it was given before. */
    void later(Runnable action) {
        executor.execute(() -> guard(action));
    }

    void after(int seconds, Runnable action) {
        executor.schedule(() -> guard(action), seconds, TimeUnit.SECONDS);
    }

    private void guard(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            whenFailed.accept(e);
        }
    }
}
