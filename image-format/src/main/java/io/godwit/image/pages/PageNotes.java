package io.godwit.image.pages;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What is written down of the pages that go into a pages file, in their order. */
interface PageNotes extends AutoCloseable {
    /** Nothing. */
    PageNotes NONE = new PageNotes() {
        @Override
        public void add(ByteBuffer pages) {}

        @Override
        public void addZeros(long nrPages) {}

        @Override
        public void finish() {}

        @Override
        public void close() {}
    };

    /** Adds pages; the buffer is not consumed. */
    void add(ByteBuffer pages) throws IOException;

    /** Adds pages of zeros. */
    void addZeros(long nrPages) throws IOException;

    /** Writes what is left. */
    void finish() throws IOException;

    @Override
    void close() throws IOException;
}
