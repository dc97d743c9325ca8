package io.godwit.linux;

import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A thread that does work for another one meanwhile, since ptrace(2) binds that one to the tasks. It is there before there is work, as
 * the start of a thread holds up the one that starts it too, for 0.3 to 3 ms.
 */
public final class SideThread implements AutoCloseable {
    private final String name;
    private final ThreadPoolExecutor executor;

    /** What is done. */
    public interface Work<T> {
        T run() throws IOException;
    }

    /** @param name of the thread, which does not keep the process from ending */
    public SideThread(String name) {
        this.name = name;
        executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.prestartCoreThread();
    }

    /** Begins with work, when what was begun before has ended. Whoever begins it must wait for its end. */
    public <T> SideWork<T> begin(Work<T> work) {
        return new SideWork<>(name, executor.submit(work::run));
    }

    /** No more work will come; what was begun goes on to its end. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
