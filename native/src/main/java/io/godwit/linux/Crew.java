package io.godwit.linux;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/**
 * Threads that work for another one, and stand as it does: a thread that is urgent takes the processor from those of its own process
 * that it waits for, too.
 */
public final class Crew implements ThreadFactory {
    private final ThreadFactory threads;
    private final Set<Integer> members = ConcurrentHashMap.newKeySet();

    /** @param threads makes them */
    public Crew(ThreadFactory threads) {
        this.threads = threads;
    }

    @Override
    public Thread newThread(Runnable work) {
        return threads.newThread(() -> {
            int member = (int) Kernel.syscall(Syscall.GETTID);
            members.add(member);
            try {
                work.run();
            } finally {
                members.remove(member);
            }
        });
    }

    /** All of them have this nice value, if this process may give it. */
    void stand(int nice) {
        for (int member : members) {
            Standing.set(member, nice);
        }
    }
}
