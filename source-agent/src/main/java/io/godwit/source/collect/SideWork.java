package io.godwit.source.collect;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Work that another thread does meanwhile, since ptrace(2) binds this one to the tasks. Whoever starts it must end it. */
public final class SideWork {
    private final FutureTask<Void> task;
    private final Thread thread;

    /** What is done. */
    public interface Work {
        void run() throws IOException;
    }

    /** Of a thread with a name; not yet begun. */
    public SideWork(String name, Work work) {
        task = new FutureTask<>(() -> {
            work.run();
            return null;
        });
        thread = new Thread(task, name);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Waits for its end. What the work wrote can be read then. */
    public void await() throws IOException {
        result(task, thread.getName());
    }

    /** What a task of any thread gave; waits for its end. */
    static <T> T result(Future<T> task, String name) throws IOException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + name);
        }
    }

    /** Waits for its end, whatever that is: the frozen tree is not let go under it. */
    public void abandon() {
        try {
            await();
        } catch (IOException | RuntimeException | Error e) {
            // the caller has a failure of its own to tell
        }
    }
}
