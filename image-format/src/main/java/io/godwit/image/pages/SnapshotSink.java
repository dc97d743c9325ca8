package io.godwit.image.pages;

import java.io.IOException;

/** One snapshot that is being written, into a directory here or on another host. Used by one thread. */
public interface SnapshotSink extends AutoCloseable {
    /** Writes a whole file that holds no pages. */
    void image(String fileName, byte[] content) throws IOException;

    /** Begins a pagemap; only one is open at a time. */
    PageSink pages(PagemapId id) throws IOException;

    /** Makes the snapshot complete; a remote one waits until the other side has stored it. */
    void finish() throws IOException;

    /** Ends the writing; without {@link #finish} the snapshot is abandoned. */
    @Override
    void close() throws IOException;
}
