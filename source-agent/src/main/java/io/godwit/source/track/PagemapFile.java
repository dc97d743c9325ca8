package io.godwit.source.track;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** /proc/PID/pagemap, a word for each page (Documentation/admin-guide/mm/pagemap.rst). */
final class PagemapFile implements AutoCloseable {
    /** The number of the page frame, for those who may see it; else 0. */
    static final long FRAME = (1L << 55) - 1;

    static final long SOFT_DIRTY = 1L << 55;
    /** No other process has the page. */
    static final long EXCLUSIVE = 1L << 56;
    /** Not written since a userfaultfd protected it. */
    static final long PROTECTED = 1L << 57;

    static final long FILE = 1L << 61;
    static final long SWAPPED = 1L << 62;
    static final long PRESENT = 1L << 63;

    private static final int PAGE = 4096;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Fd file;
    private final NativeMemory words = NativeMemory.allocate(BUFFER_BYTES);

    private PagemapFile(Fd file) {
        this.file = file;
    }

    static PagemapFile open(int pid) throws IOException {
        return new PagemapFile(Descriptors.open("/proc/" + pid + "/pagemap", Descriptors.O_RDONLY, 0));
    }

    /** Whether a process still uses the address space that this was opened for. */
    boolean inUse() throws IOException {
        return Descriptors.pread(file, words.address(), Long.BYTES, 0) == Long.BYTES;
    }

    /**
     * Reads the words of pages.
     *
     * @return for how many; less than asked for, as a rule none, when the process has ended or executed another program
     */
    int read(long start, int pages, NativeMemory into) throws IOException {
        return Descriptors.pread(file, into.address(), pages * Long.BYTES, start / PAGE * Long.BYTES) / Long.BYTES;
    }

    /** The pages of a mapping that the process has for itself. */
    List<PageRun> runs(Vma vma, boolean fileUnderneath) throws IOException {
        List<PageRun> runs = new ArrayList<>();
        long at = vma.start();
        while (at < vma.end()) {
            int wanted = (int) Math.min(BUFFER_BYTES, (vma.end() - at) / PAGE * Long.BYTES);
            int got = Descriptors.pread(file, words.address(), wanted, at / PAGE * Long.BYTES) & -Long.BYTES;
            if (got == 0) {
                break;
            }
            decode(words.buffer().slice(0, got).order(words.buffer().order()), at, fileUnderneath, runs);
            at += (long) got / Long.BYTES * PAGE;
        }
        return runs;
    }

    /** Adds the runs that consecutive words tell of; the last run of before may go on. */
    static void decode(ByteBuffer words, long start, boolean fileUnderneath, List<PageRun> runs) {
        for (int i = 0; i < words.remaining() / Long.BYTES; i++) {
            long word = words.getLong(i * Long.BYTES);
            boolean there = (word & (PRESENT | SWAPPED)) != 0;
            if (there && !(fileUnderneath && (word & FILE) != 0)) {
                add(runs, start + (long) i * PAGE, (word & SOFT_DIRTY) != 0);
            }
        }
    }

    private static void add(List<PageRun> runs, long page, boolean changed) {
        int last = runs.size() - 1;
        if (last >= 0 && runs.get(last).end() == page && runs.get(last).changed() == changed) {
            runs.set(last, new PageRun(runs.get(last).start(), page + PAGE, changed));
        } else {
            runs.add(new PageRun(page, page + PAGE, changed));
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
