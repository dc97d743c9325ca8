package io.godwit.linux.check;

import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;

/** A few fresh pages of this process, outside the heap, to track writes in. */
final class OwnPages implements AutoCloseable {
    static final int PAGE_BYTES = 4096;

    private static final int PAGES = 4;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

    private final long start;

    private OwnPages(long start) {
        this.start = start;
    }

    static OwnPages map() throws LinuxException {
        int bytes = PAGES * PAGE_BYTES;
        long start = Kernel.syscall(Syscall.MMAP, 0, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
        return new OwnPages(Kernel.check(start, "mmap", "fresh memory"));
    }

    long start() {
        return start;
    }

    long end() {
        return start + (long) PAGES * PAGE_BYTES;
    }

    /** Writes a word to a page by having the kernel store it there (getcpu(2)), as Java has no pointers. */
    void write(int page) throws LinuxException {
        Kernel.check(Kernel.syscall(Syscall.GETCPU, start + (long) page * PAGE_BYTES), "getcpu", "fresh memory");
    }

    @Override
    public void close() {
        Kernel.syscall(Syscall.MUNMAP, start, end() - start);
    }
}
