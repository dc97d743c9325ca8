package io.godwit.linux;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * How this process, all threads of it alike, and its session stand against others of the host for a while. Without CAP_SYS_NICE nothing goes
 * before others, and what could not be taken back does not go after them. Where several wish something the strongest wish holds.
 */
public final class Standing implements AutoCloseable {
    private static final int PRIO_PROCESS = 0;
    static final int CALLER = 0;
    /** getpriority(2): the raw call gives 20 - nice, so that no nice value looks like an error. */
    private static final int RAW_ZERO = 20;

    private static final int LAST = 19;

    /** A tick of the scheduler, which would let the thread go on for many more after it. */
    private static final long WORK_NANOS = 4_000_000;

    /** So long is enough for others to be served, and too short for them to write much. */
    private static final long REST_NANOS = 1_000_000;

    private Wish wish;
    private long restedAt = System.nanoTime();
    private long restedNanos;

    private Standing(Wish wish) {
        this.wish = wish;
        enter(wish);
    }

    /** Takes nice values, if this process may, and may put them back. */
    public static Standing begin(Wish wish) {
        return new Standing(wish);
    }

    private static void enter(Wish wish) {
        SessionNice.OF_THIS_PROCESS.enter(wish);
        ThreadNice.OF_THIS_PROCESS.enter(wish);
    }

    private static void leave(Wish wish) {
        SessionNice.OF_THIS_PROCESS.leave(wish);
        ThreadNice.OF_THIS_PROCESS.leave(wish);
    }

    /** From now on another wish holds. */
    public void become(Wish other) {
        if (other != wish) {
            enter(other);
            leave(wish);
            wish = other;
        }
    }

    /**
     * Leaves the processor to others for a moment if this is haste and the thread has worked for long enough; to be called often by one thread
     * with much to do. Without it a program on the same processor has to wait for many ticks after each of its own.
     */
    public void rest() {
        long now = System.nanoTime();
        if (wish == Wish.HASTE && now - restedAt >= WORK_NANOS) {
            LockSupport.parkNanos(REST_NANOS);
            restedAt = System.nanoTime();
            restedNanos += restedAt - now;
        }
    }

    /** For how long {@link #rest} has rested so far. */
    public long restedNanos() {
        return restedNanos;
    }

    /**
     * Whether a thread may take this value when it has a higher one, which wants CAP_SYS_NICE or a high RLIMIT_NICE. One that is of no
     * use else tries, as capabilities of a user namespace do not count.
     */
    static boolean mayReturn(int nice) {
        CompletableFuture<Boolean> returned = new CompletableFuture<>();
        Thread thread = new Thread(() -> returned.complete(set(CALLER, LAST) && set(CALLER, nice)), "may it be nice");
        thread.setDaemon(true);
        thread.start();
        return returned.join();
    }

    static boolean set(int thread, int nice) {
        return Kernel.syscall(Syscall.SETPRIORITY, PRIO_PROCESS, thread, nice) == 0;
    }

    /** The nice value of the calling thread, -20 to 19. */
    static int nice() {
        return RAW_ZERO - (int) Kernel.syscall(Syscall.GETPRIORITY, PRIO_PROCESS, CALLER);
    }

    /** All is as before, the session's as soon as the kernel allows. */
    @Override
    public void close() {
        leave(wish);
    }
}
