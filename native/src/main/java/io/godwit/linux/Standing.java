package io.godwit.linux;

import java.util.concurrent.CompletableFuture;

/**
 * How the calling thread, threads that it starts meanwhile, its crew, and the session of this process stand against others of the host for a
 * while. Without CAP_SYS_NICE nothing goes before others, and a thread that could not take it back does not go after them.
 */
public final class Standing implements AutoCloseable {
    private static final int PRIO_PROCESS = 0;
    private static final int CALLER = 0;
    /** getpriority(2): the raw call gives 20 - nice, so that no nice value looks like an error. */
    private static final int RAW_ZERO = 20;

    private static final int LAST = 19;

    private final int threadBefore = nice();
    private final Crew crew;
    private Wish wish;

    private Standing(Wish wish, Crew crew) {
        this.wish = wish;
        this.crew = crew;
        SessionNice.OF_THIS_PROCESS.enter(wish);
        stand();
    }

    private void stand() {
        int nice = wish.from(threadBefore);
        if (nice <= threadBefore || mayReturn(threadBefore)) {
            setAll(nice);
        }
    }

    private void setAll(int nice) {
        set(CALLER, nice);
        crew.stand(nice);
    }

    /** Takes nice values, if this process may, and may put them back; the same thread must close it. */
    public static Standing begin(Wish wish) {
        return begin(wish, new Crew(Thread::new));
    }

    /** The same for a thread that has others work for it. */
    public static Standing begin(Wish wish, Crew crew) {
        return new Standing(wish, crew);
    }

    /** From now on another wish holds; the same thread must say so. */
    public void become(Wish other) {
        if (other != wish) {
            SessionNice.OF_THIS_PROCESS.enter(other);
            SessionNice.OF_THIS_PROCESS.leave(wish);
            wish = other;
            stand();
        }
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
        SessionNice.OF_THIS_PROCESS.leave(wish);
        setAll(threadBefore);
    }
}
