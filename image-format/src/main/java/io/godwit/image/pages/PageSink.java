package io.godwit.image.pages;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes the pages of one pagemap, in runs that ascend and do not overlap. Addresses are multiples of {@value #PAGE}. */
public interface PageSink extends AutoCloseable {
    /** Bytes of a page. */
    int PAGE = 4096;

    /**
     * Pages with contents.
     *
     * @param pages a direct buffer; what remains in it is a multiple of {@link #PAGE}, and is consumed on return
     */
    void data(long vaddr, ByteBuffer pages) throws IOException;

    /** Pages that hold only zeros. */
    void zero(long vaddr, long nrPages) throws IOException;

    /** Pages that are as in the parent snapshot; it is an error if the parent lacks any of them. */
    void parent(long vaddr, long nrPages) throws IOException;

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
            }
        }
    }

    @Override
    void close() throws IOException;
}
