package io.godwit.linux;

/**
 * Lets the calling thread and the session of this process go after others of the host while a tree runs, since what the tree
 * does counts for more than how soon its memory is sent. A thread that could not take it back stays as it is.
 */
public final class Leisure implements AutoCloseable {
    private final Standing standing = new Standing(Wish.LEISURE);

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
