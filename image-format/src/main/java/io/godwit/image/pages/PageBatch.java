package io.godwit.image.pages;

import java.nio.ByteBuffer;

/**
 * Some runs of pages of one pagemap, in ascending order, with the contents of those that have any. Pages that were
 * written here and there come as many short runs, so what is done for each of them must be little.
 */
public final class PageBatch {
    /** What is known of the pages of a run; the order is that of Godwit's wire. */
    public enum Kind {
        DATA,
        ZERO,
        PARENT,
        /** Says nothing of the contents: these pages, which follow, are parts of huge pages. */
        HUGE,
        /** One word of a page that is else as before: its address, a multiple of 8, and in the place of the number of pages its value. */
        WORD
    }

    /** The most runs of a batch. */
    public static final int MAX_RUNS = 1024;

    private final Kind[] kinds = new Kind[MAX_RUNS];
    private final long[] addresses = new long[MAX_RUNS];
    private final long[] pages = new long[MAX_RUNS];
    private int count;
    private ByteBuffer contents;

    /** Adds a run; one that goes on where the last one ended becomes a part of it. */
    public void add(Kind kind, long vaddr, long nrPages) {
        int last = count - 1;
        if (kind != Kind.WORD
                && last >= 0
                && kinds[last] == kind
                && addresses[last] + pages[last] * PageSink.PAGE == vaddr) {
            pages[last] += nrPages;
            return;
        }
        kinds[count] = kind;
        addresses[count] = vaddr;
        pages[count] = nrPages;
        count++;
    }

    /** Whether another run can not be added. */
    public boolean full() {
        return count == MAX_RUNS;
    }

    /** Makes it empty. */
    public void clear() {
        count = 0;
        contents = null;
    }

    /** How many runs it has. */
    public int count() {
        return count;
    }

    public Kind kind(int run) {
        return kinds[run];
    }

    public long address(int run) {
        return addresses[run];
    }

    /** How many; of a {@link Kind#WORD} its value. */
    public long pages(int run) {
        return pages[run];
    }

    /** Sets the contents of the runs of {@link Kind#DATA}, one after the other: a direct buffer. */
    public void setContents(ByteBuffer contents) {
        this.contents = contents;
    }

    /** What {@link #setContents} was given. */
    public ByteBuffer contents() {
        return contents;
    }
}
