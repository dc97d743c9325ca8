package io.godwit.linux;

/**
 * Lets the calling thread, threads that it starts meanwhile, and the session of this process go before others of the host
 * while a tree stands still. Without CAP_SYS_NICE all stays as it is.
 */
public final class Urgency implements AutoCloseable {
    private final Standing standing = new Standing(Wish.URGENCY);

    private Urgency() {}

    /** Begins; the same thread must close it. */
    public static Urgency begin() {
        return new Urgency();
    }

    @Override
    public void close() {
        standing.end();
    }
}
