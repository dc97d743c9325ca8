package io.godwit.source.cli;

import java.io.IOException;
import java.util.List;

/** What {@code godwit recover} does. */
public interface RecoveryEngine {
    /** A line for each migration that is going on or has to be put right. */
    List<String> list() throws IOException;

    /**
     * Lets a tree go on here, with its connections.
     *
     * @param root its pid
     */
    void here(int root) throws IOException;

    /**
     * Ends what is left of a tree here, silently.
     *
     * @return what could not be done, in words; it can be tried again
     */
    List<String> there(int root) throws IOException;
}
