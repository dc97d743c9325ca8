package io.godwit.linux;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * Work that a {@link SideThread} does.
 *
 * @param <T> what comes of it
 */
public final class SideWork<T> {
    private final String name;
    private final Future<T> future;

    SideWork(String name, Future<T> future) {
        this.name = name;
        this.future = future;
    }

    /**
     * What comes of it; what the work wrote can be read then. Waits as long as it takes, for an interrupt too: it may still work
     * with what its caller would take from it.
     */
    public T await() throws IOException {
        return result(future, name);
    }

    /** What comes of a task of any thread, or its failure as it is. */
    public static <T> T result(Future<T> task, String name) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw failure(e.getCause(), name);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException failure(Throwable cause, String name) {
        if (cause instanceof RuntimeException defect) {
            throw defect;
        }
        if (cause instanceof Error defect) {
            throw defect;
        }
        return cause instanceof IOException failure ? failure : new IOException(name + ": " + cause, cause);
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
