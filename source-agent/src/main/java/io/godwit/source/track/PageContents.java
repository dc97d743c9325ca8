package io.godwit.source.track;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.io.IOException;

/** Compares pages of two processes at the same addresses by reading them, in a way that leaves shared pages shared. */
final class PageContents implements AutoCloseable {
    private static final int PAGE = 4096;
    private static final int CHUNK_BYTES = 256 << 10;

    private final int one;
    private final int other;
    private Fd memoryOfOne;
    private Fd memoryOfOther;
    private NativeMemory ofOne;
    private NativeMemory ofOther;

    /** What else a page must fulfil, asked after it was read. */
    interface Condition {
        boolean holds(long page) throws IOException;
    }

    PageContents(int one, int other) {
        this.one = one;
        this.other = other;
    }

    /** Reports pages that are equal, and of which the condition holds, as unchanged. */
    void compare(long start, long end, MemoryTracker.Visitor visitor, Condition condition) throws IOException {
        if (memoryOfOther == null && !open()) {
            visitor.pages(start, end, true);
            return;
        }
        for (long at = start; at < end; at += CHUNK_BYTES) {
            int bytes = (int) Math.min(CHUNK_BYTES, end - at);
            if (!read(memoryOfOne, at, bytes, ofOne) || !read(memoryOfOther, at, bytes, ofOther)) {
                visitor.pages(at, at + bytes, true);
                continue;
            }
            for (int page = 0; page < bytes; page += PAGE) {
                boolean same =
                        ofOne.buffer().slice(page, PAGE).equals(ofOther.buffer().slice(page, PAGE))
                                && condition.holds(at + page);
                visitor.pages(at + page, at + page + PAGE, !same);
            }
        }
    }

    /** Whether both are there still. */
    private boolean open() {
        try {
            memoryOfOne = Descriptors.open("/proc/" + one + "/mem", Descriptors.O_RDONLY, 0);
            memoryOfOther = Descriptors.open("/proc/" + other + "/mem", Descriptors.O_RDONLY, 0);
        } catch (LinuxException e) {
            close();
            return false;
        }
        ofOne = NativeMemory.allocate(CHUNK_BYTES);
        ofOther = NativeMemory.allocate(CHUNK_BYTES);
        return true;
    }

    /** Whether all could be read; not so when a mapping is gone or a process has ended. */
    private static boolean read(Fd memory, long address, int bytes, NativeMemory into) {
        return Kernel.syscall(Syscall.PREAD64, memory.number(), into.address(), bytes, address) == bytes;
    }

    @Override
    public void close() {
        if (memoryOfOne != null) {
            memoryOfOne.close();
            memoryOfOne = null;
        }
        if (memoryOfOther != null) {
            memoryOfOther.close();
        }
    }
}
