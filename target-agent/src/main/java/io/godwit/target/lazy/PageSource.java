package io.godwit.target.lazy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Where contents come from. Used by one thread. */
interface PageSource extends AutoCloseable {
    /**
     * Reads pages of a task.
     *
     * @param pid as in the images, and so is the address
     * @param into gets as many of them as follow each other here, at least one
     */
    void read(int pid, long vaddr, ByteBuffer into) throws IOException;

    /**
     * All is filled.
     *
     * @param left one of the pages that there were to read; empty if there was none
     */
    void finish(Optional<Page> left) throws IOException;

    /** A page of a task, as the images have it. */
    record Page(int pid, long vaddr) {}

    @Override
    void close();
}
