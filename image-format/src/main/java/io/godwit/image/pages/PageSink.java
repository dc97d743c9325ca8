package io.godwit.image.pages;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes the pages of one pagemap, in runs that ascend and do not overlap. Addresses are multiples of {@value #PAGE}. */
public interface PageSink extends AutoCloseable {
    /** Bytes of a page. */
    int PAGE = 4096;

    /** See {@link #lend}. */
    int LENT_RUNS = 640;

    /**
     * Pages with contents.
     *
     * @param pages a direct buffer; what remains in it is a multiple of {@link #PAGE}, and is consumed on return
     */
    void data(long vaddr, ByteBuffer pages) throws IOException;

    /**
     * Lends a buffer for contents, which spares a copy: parts of it are given by {@link #lent}, in ascending order. It is lent until
     * {@link #giveBack}; meanwhile at most {@link #LENT_RUNS} runs are added, in which each page lent counts as one.
     *
     * @return a direct buffer of that many bytes, or null if this sink has none to lend
     */
    default ByteBuffer lend(int bytes) throws IOException {
        return null;
    }

    /**
     * Pages with contents, which were put into the buffer lent.
     *
     * @param offset where in it they begin
     */
    default void lent(long vaddr, int offset, int bytes) throws IOException {
        throw new IllegalStateException("nothing was lent");
    }

    /** No more of the buffer lent will be given. */
    default void giveBack() {}

    /** Pages that hold only zeros. */
    void zero(long vaddr, long nrPages) throws IOException;

    /** Pages that are as in the parent snapshot; it is an error if the parent lacks any of them. */
    void parent(long vaddr, long nrPages) throws IOException;

    /** Pages that are parts of huge pages, a hint for what is told of them afterwards. */
    default void huge(long vaddr, long nrPages) throws IOException {}

    /** Pages that may be restored on demand, a hint for what is told of them afterwards; such ranges ascend too. */
    default void onDemand(long vaddr, long nrPages) {}

    /** Pages whose contents stay with the process, to be asked for. */
    default void left(long vaddr, long nrPages) throws IOException {
        throw new IllegalStateException("contents must be given here");
    }

    /** Whether it takes single words of pages. */
    default boolean takesWords() {
        return false;
    }

    /**
     * What 8 bytes hold now of a page that was told to be as in the parent; all else of it is as there.
     *
     * @param address a multiple of 8
     * @param value little-endian
     */
    default void word(long address, long value) throws IOException {
        throw new IOException(String.format("a word came for 0x%x, where pages are taken as a whole", address));
    }

    /** Several runs at once. */
    default void batch(PageBatch batch) throws IOException {
        int at = 0;
        for (int run = 0; run < batch.count(); run++) {
            long vaddr = batch.address(run);
            long nrPages = batch.pages(run);
            switch (batch.kind(run)) {
                case DATA -> {
                    int bytes = (int) (nrPages * PAGE);
                    data(vaddr, batch.contents().slice(at, bytes));
                    at += bytes;
                }
                case ZERO -> zero(vaddr, nrPages);
                case PARENT -> parent(vaddr, nrPages);
                case HUGE -> huge(vaddr, nrPages);
                case WORD -> word(vaddr, nrPages);
            }
        }
    }

    @Override
    void close() throws IOException;
}
