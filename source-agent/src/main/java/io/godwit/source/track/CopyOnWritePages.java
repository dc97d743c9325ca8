package io.godwit.source.track;

import io.godwit.linux.NativeMemory;
import java.io.IOException;

/** Tells which pages of a process others have too, since a fork. */
public final class CopyOnWritePages implements AutoCloseable {
    private static final int PAGE = 4096;
    private static final int PAGES = 8192;
    /** From a distance in bytes to where its page's word is. A division of longs is a call in code as it is compiled here. */
    private static final int WORD_SHIFT = 9;

    /** Read where runs are near each other: a call costs as much as the words of some forty pages. */
    private static final int AHEAD = 32;

    private static final int NEAR = 8;

    private final PagemapFile pagemap;
    private final NativeMemory words;

    /** The pages of the words that were read last, some of them before they were asked for. */
    private long first;

    private int read;
    private long lastEnd;

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
        boolean near = start - lastEnd < (long) NEAR * PAGE;
        lastEnd = end;
        long at = start;
        while (at < end) {
            if (at < first || at >= first + (long) read * PAGE) {
                int wanted = (int) Math.min(PAGES, (end - at) / PAGE);
                if (!read(at, near ? Math.max(wanted, AHEAD) : wanted)) {
                    visitor.pages(at, end, false);
                    return;
                }
            }
            at = tell(at, Math.min(end, first + (long) read * PAGE), visitor);
        }
    }

    /** Gives false if the process has ended. */
    private boolean read(long start, int pages) throws IOException {
        first = start;
        read = pagemap.read(start, pages, words);
        return read > 0;
    }

    private long tell(long start, long end, Visitor visitor) throws IOException {
        long from = start;
        while (from < end) {
            boolean shared = isSharedPage(from);
            long to = from + PAGE;
            while (to < end && isSharedPage(to) == shared) {
                to += PAGE;
            }
            visitor.pages(from, to, shared);
            from = to;
        }
        return end;
    }

    private boolean isSharedPage(long page) {
        return isShared(words.buffer().getLong((int) (page - first >>> WORD_SHIFT)));
    }

    static boolean isShared(long word) {
        return (word & (PagemapFile.PRESENT | PagemapFile.FILE | PagemapFile.EXCLUSIVE)) == PagemapFile.PRESENT;
    }

    @Override
    public void close() {
        pagemap.close();
    }
}
