package io.godwit.target.restore;

import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Work that another thread does while the thread that traces the tree has other work to do. */
final class Aside<T> {
    private final String what;
    private final FutureTask<T> task;

    private Aside(String what, Callable<T> work) {
        this.what = what;
        this.task = new FutureTask<>(work);
    }

    /** @param what it does, for a name of the thread and in messages */
    static <T> Aside<T> start(String what, Callable<T> work) {
        Aside<T> aside = new Aside<>(what, work);
        Thread thread = new Thread(aside.task, "godwit: " + what);
        thread.setDaemon(true);
        thread.start();
        return aside;
    }

    /** Waits for what comes of it. */
    T await() throws IOException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw cause(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while another thread was to " + what);
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
