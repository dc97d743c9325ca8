package io.godwit.source.track;

import io.godwit.linux.NativeMemory;
import java.io.IOException;

/** Tells which pages of a process others have too, since a fork. */
public final class CopyOnWritePages implements AutoCloseable {
    private static final int PAGE = 4096;
    private static final int PAGES = 8192;

    private final PagemapFile pagemap;
    private final NativeMemory words;

    /** Takes parts of a run. */
    public interface Visitor {
        /** @param shared another process has the pages, too */
        void pages(long start, long end, boolean shared) throws IOException;
    }

    private CopyOnWritePages(PagemapFile pagemap, NativeMemory words) {
        this.pagemap = pagemap;
        this.words = words;
    }

    /** Memory to be passed to {@link #open}, for one process after the other. */
    public static NativeMemory words() {
        return NativeMemory.allocate(PAGES * Long.BYTES);
    }

    public static CopyOnWritePages open(int pid, NativeMemory words) throws IOException {
        return new CopyOnWritePages(PagemapFile.open(pid), words);
    }

    /** Splits a run of pages. */
    public void split(long start, long end, Visitor visitor) throws IOException {
        for (long at = start; at < end; at += (long) PAGES * PAGE) {
            long until = Math.min(end, at + (long) PAGES * PAGE);
            int pages = (int) ((until - at) / PAGE);
            int read = pagemap.read(at, pages, words);
            int from = 0;
            while (from < pages) {
                boolean shared = isShared(from, read);
                int to = from + 1;
                while (to < pages && isShared(to, read) == shared) {
                    to++;
                }
                visitor.pages(at + (long) from * PAGE, at + (long) to * PAGE, shared);
                from = to;
            }
        }
    }

    private boolean isShared(int page, int read) {
        return page < read && isShared(words.buffer().getLong(page * Long.BYTES));
    }

    static boolean isShared(long word) {
        return (word & (PagemapFile.PRESENT | PagemapFile.FILE | PagemapFile.EXCLUSIVE)) == PagemapFile.PRESENT;
    }

    @Override
    public void close() {
        pagemap.close();
    }
}
