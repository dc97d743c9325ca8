package io.godwit.target.restore;

import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Work that another thread does while the thread that traces the tree has other work to do. */
final class Aside<T> {
    private final String what;
    private final FutureTask<T> task;
    private final Thread thread;

    private Aside(String what, Callable<T> work) {
        this.what = what;
        this.task = new FutureTask<>(work);
        this.thread = new Thread(task, "godwit: " + what);
    }

    /** @param what it does, for a name of the thread and in messages */
    static <T> Aside<T> start(String what, Callable<T> work) {
        Aside<T> aside = new Aside<>(what, work);
        aside.thread.setDaemon(true);
        aside.thread.start();
        return aside;
    }

    /** Waits for what comes of it, and for the end of its thread, as long as it takes: it may still work with what its caller would take from it. */
    T await() throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    thread.join();
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw cause(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private IOException cause(Throwable cause) {
        if (cause instanceof IOException failure) {
            return failure;
        }
        if (cause instanceof RuntimeException defect) {
            throw defect;
        }
        return new RestoreException("can not " + what + ": " + cause);
    }
}
