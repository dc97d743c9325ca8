package io.godwit.target.lazy;

import io.godwit.linux.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads pages into one buffer, where they stay until others are read: a task that could not be given them yet, as it was just being
 * forked, or a child of it that needs the same, does not have them fetched again. Used by one thread.
 */
final class ReadPages {
    /** So much is read at a time at most. */
    static final int MAX_BYTES = 4 << 20;

    private final PageSource source;
    private final NativeMemory buffer = NativeMemory.allocate(MAX_BYTES);
    private int pid;
    private long start;
    private long end;

    ReadPages(PageSource source) {
        this.source = source;
    }

    /**
     * Contents of pages that follow each other.
     *
     * @param address in this process, until the next call
     */
    record Contents(long address, long bytes) {}

    /**
     * The contents of pages as they were dumped, the first at least.
     *
     * @param limit in bytes, a multiple of a page and no more than {@link #MAX_BYTES}
     */
    Contents of(int fromPid, long vaddr, long limit) throws IOException {
        if (fromPid != pid || vaddr < start || vaddr >= end) {
            read(fromPid, vaddr, limit);
        }
        return new Contents(buffer.address() + vaddr - start, Math.min(limit, end - vaddr));
    }

    private void read(int fromPid, long vaddr, long limit) throws IOException {
        // what is there is overwritten, also by a read that fails
        end = start;
        ByteBuffer contents = buffer.buffer().slice(0, Math.toIntExact(limit));
        source.read(fromPid, vaddr, contents);
        pid = fromPid;
        start = vaddr;
        end = vaddr + contents.position();
    }
}
