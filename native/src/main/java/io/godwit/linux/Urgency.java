package io.godwit.linux;

/**
 * Lets the calling thread, and threads that it starts meanwhile, go before others of the host while a tree stands still
 * (setpriority(2), which on Linux acts on one thread). Without CAP_SYS_NICE all stays as it is.
 */
public final class Urgency implements AutoCloseable {
    /** Before all that is not set up to be urgent itself. */
    private static final int NICE = -15;

    private static final int PRIO_PROCESS = 0;
    private static final int CALLER = 0;
    /** getpriority(2): the raw call gives 20 - nice, so that no nice value looks like an error. */
    private static final int RAW_ZERO = 20;

    private final int before;

    private Urgency(int before) {
        this.before = before;
    }

    /** Begins; the same thread must close it. */
    public static Urgency begin() {
        Urgency urgency = new Urgency(nice());
        Kernel.syscall(Syscall.SETPRIORITY, PRIO_PROCESS, CALLER, Math.min(NICE, urgency.before));
        return urgency;
    }

    /** The nice value of the calling thread, -20 to 19. */
    static int nice() {
        return RAW_ZERO - (int) Kernel.syscall(Syscall.GETPRIORITY, PRIO_PROCESS, CALLER);
    }

    @Override
    public void close() {
        Kernel.syscall(Syscall.SETPRIORITY, PRIO_PROCESS, CALLER, before);
    }
}
