package io.godwit.target.lazy;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where contents come from. Used by one thread. */
interface PageSource extends AutoCloseable {
    /**
     * Reads pages of a task.
     *
     * @param pid as in the images, and so is the address
     * @param into gets as many of them as follow each other here, at least one
     */
    void read(int pid, long vaddr, ByteBuffer into) throws IOException;

    /** All is filled. */
    void finish() throws IOException;

    @Override
    void close();
}
