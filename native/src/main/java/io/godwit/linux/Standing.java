package io.godwit.linux;

import java.util.concurrent.CompletableFuture;

/** How the calling thread, and the session of this process, stand against other threads and sessions for a while. */
final class Standing {
    private static final int PRIO_PROCESS = 0;
    private static final int CALLER = 0;
    /** getpriority(2): the raw call gives 20 - nice, so that no nice value looks like an error. */
    private static final int RAW_ZERO = 20;

    private static final int LAST = 19;

    private final int threadBefore = nice();
    private final Wish wish;

    /** Takes nice values, if this process may, and may put them back. */
    Standing(Wish wish) {
        this.wish = wish;
        int nice = wish.from(threadBefore);
        if (nice <= threadBefore || mayReturn(threadBefore)) {
            set(nice);
        }
        SessionNice.OF_THIS_PROCESS.enter(wish);
    }

    /**
     * Whether a thread may take this value when it has a higher one, which wants CAP_SYS_NICE or a high RLIMIT_NICE. One that is of no
     * use else tries, as capabilities of a user namespace do not count.
     */
    static boolean mayReturn(int nice) {
        CompletableFuture<Boolean> returned = new CompletableFuture<>();
        Thread thread = new Thread(() -> returned.complete(set(LAST) && set(nice)), "may it be nice");
        thread.setDaemon(true);
        thread.start();
        return returned.join();
    }

    private static boolean set(int nice) {
        return Kernel.syscall(Syscall.SETPRIORITY, PRIO_PROCESS, CALLER, nice) == 0;
    }

    /** The nice value of the calling thread, -20 to 19. */
    static int nice() {
        return RAW_ZERO - (int) Kernel.syscall(Syscall.GETPRIORITY, PRIO_PROCESS, CALLER);
    }

    /** All is as before, the session's as soon as the kernel allows; to be called by the same thread. */
    void end() {
        SessionNice.OF_THIS_PROCESS.leave(wish);
        set(threadBefore);
    }
}
