package io.godwit.e2e.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** Something that reads what a stranger may have written. */
interface FuzzTarget extends AutoCloseable {
    /** An input, the same for each random of a seed. */
    byte[] input(Random random) throws IOException;

    /**
     * Has the input read.
     *
     * @param sandbox an empty directory; nothing beside it may be changed
     * @throws IOException if it is refused with words, as it should be if it is damaged; all else that is thrown is a defect
     */
    void read(byte[] input, Path sandbox) throws IOException;

    @Override
    default void close() throws IOException {}
}
