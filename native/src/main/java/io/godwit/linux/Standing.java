package io.godwit.linux;

import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;

/**
 * How the calling thread, and the session of this process, stand against other threads and sessions for a while. Only the
 * first of several that want the same changes the session's, and puts it back.
 */
final class Standing {
    private static final int PRIO_PROCESS = 0;
    private static final int CALLER = 0;
    /** getpriority(2): the raw call gives 20 - nice, so that no nice value looks like an error. */
    private static final int RAW_ZERO = 20;

    private final int threadBefore = nice();
    private final OptionalInt sessionBefore;

    /**
     * Takes nice values, if this process may.
     *
     * @param wish from what a nice value is to what it shall be
     */
    Standing(IntUnaryOperator wish) {
        Kernel.syscall(Syscall.SETPRIORITY, PRIO_PROCESS, CALLER, wish.applyAsInt(threadBefore));
        OptionalInt before = Autogroup.nice();
        boolean changed = before.isPresent() && change(before.getAsInt(), wish.applyAsInt(before.getAsInt()));
        sessionBefore = changed ? before : OptionalInt.empty();
    }

    private static boolean change(int from, int to) {
        return to != from && Autogroup.set(to);
    }

    /** The nice value of the calling thread, -20 to 19. */
    static int nice() {
        return RAW_ZERO - (int) Kernel.syscall(Syscall.GETPRIORITY, PRIO_PROCESS, CALLER);
    }

    /** All is as before; to be called by the same thread. */
    void end() {
        sessionBefore.ifPresent(Autogroup::set);
        Kernel.syscall(Syscall.SETPRIORITY, PRIO_PROCESS, CALLER, threadBefore);
    }
}
