package io.godwit.source.precopy;

import java.io.IOException;

/** Scans, protects, reads and sends one round while the tree runs. */
@FunctionalInterface
public interface RoundSource {
    /**
     * Does a round and returns when the target has stored all of it.
     *
     * @param round counted from 0, which sends all memory
     */
    RoundStats run(int round) throws IOException;

    /** Does what takes time and had better not be done in the freeze, nor between the last rounds. */
    default void makeReady() throws IOException {}

    /**
     * Brings up to date what was made ready before the last rounds, as far as there are signs that it is not.
     *
     * @return whether there were, so that it took time
     */
    default boolean bringUpToDate() throws IOException {
        return false;
    }

    /**
     * Counts once more what is left.
     *
     * @param last what the last round did
     * @return the same with what is left now
     */
    default RoundStats count(RoundStats last) throws IOException {
        return last;
    }
}
