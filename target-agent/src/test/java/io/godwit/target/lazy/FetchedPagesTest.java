package io.godwit.target.lazy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a server of pages is asked for. */
class FetchedPagesTest {
    private static final Optional<PageSource.Page> LEFT = Optional.of(new PageSource.Page(4711, 0x7000));

    private final List<String> asked = new ArrayList<>();

    private final FetchedPages pages = new FetchedPages(new FetchedPages.Server() {
        @Override
        public void fetch(int pid, long vaddr, int count, ByteBuffer into) {
            asked.add("fetch " + count + " at 0x" + Long.toHexString(vaddr) + " of " + pid);
        }

        @Override
        public void finish() {
            asked.add("finish");
        }

        @Override
        public void close() {}
    });

    @Test
    void theEndOfATreeThatGotItsPagesIsTold() throws IOException {
        pages.read(4711, 0x8000, ByteBuffer.allocate(2 * 4096));
        pages.finish(LEFT);

        assertThat(asked).containsExactly("fetch 2 at 0x8000 of 4711", "finish");
    }

    /** Else the one at the source would run on, and what this one has done would be done twice. */
    @Test
    void aTreeThatRanAndNeededNoPageIsKnownByOne() throws IOException {
        pages.finish(LEFT);

        assertThat(asked).containsExactly("fetch 1 at 0x7000 of 4711", "finish");
    }

    @Test
    void whereNothingWasLeftNothingIsFetched() throws IOException {
        pages.finish(Optional.empty());

        assertThat(asked).containsExactly("finish");
    }
}
