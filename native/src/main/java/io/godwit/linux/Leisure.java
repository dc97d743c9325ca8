package io.godwit.linux;

/**
 * Lets the calling thread and the session of this process go after others of the host while a tree runs, since what the tree
 * does counts for more than how soon its memory is sent.
 */
public final class Leisure implements AutoCloseable {
    /** A third of the weight of a program that has none of its own: so much gets through on a host that is busy. */
    private static final int NICE = 5;

    private final Standing standing = new Standing(nice -> Math.max(NICE, nice));

    private Leisure() {}

    /** Begins; the same thread must close it. */
    public static Leisure begin() {
        return new Leisure();
    }

    @Override
    public void close() {
        standing.end();
    }
}
