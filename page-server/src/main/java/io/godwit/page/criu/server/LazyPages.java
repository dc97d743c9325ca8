package io.godwit.page.criu.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Pages that a lazy restore asks for. */
public interface LazyPages {
    /**
     * The pages of a task that follow each other from an address on.
     *
     * @throws IOException if there is none, in words
     */
    Run from(int pid, long vaddr) throws IOException;

    /** Whether a client that goes without CLOSE has what it wanted. */
    boolean mayLeave();

    /** Whether to fetch nothing is no restore. */
    boolean mustBeFetched();

    /** Some pages. */
    sealed interface Run {
        long nrPages();
    }

    /** Pages in a file. */
    record Stored(Path file, long offset, long nrPages) implements Run {}

    /** Pages that must be read when they are sent. */
    record Held(long nrPages, Reader reader) implements Run {}

    /** Reads the first of them. */
    @FunctionalInterface
    interface Reader {
        /** Fills a direct buffer. */
        void read(ByteBuffer into) throws IOException;
    }
}
