package io.godwit.page.criu.server;

import io.netty.util.concurrent.EventExecutor;

/** The thread that acts for a session. */
record SessionThread(EventExecutor executor) {
    /** Runs an action there: at once if this is the thread, else after what it was given before. */
    void run(Runnable action) {
        if (executor.inEventLoop()) {
            action.run();
        } else {
            executor.execute(action);
        }
    }
}
