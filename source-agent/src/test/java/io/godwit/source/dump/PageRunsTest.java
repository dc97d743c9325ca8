package io.godwit.source.dump;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.pages.PageSink;
import io.godwit.linux.NativeMemory;
import io.godwit.source.track.PageHashes;
import io.godwit.source.track.Pass;
import io.godwit.source.track.SentPages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads memory of the test's own process. */
class PageRunsTest {
    private static final int PAGE = PageSink.PAGE;

    private final NativeMemory memory = NativeMemory.allocate(9 * PAGE);
    private final long base = memory.address() + PAGE - 1 & -PAGE;
    private final SentPages sent = new PageHashes().ofProcess();
    private final NativeMemory buffer = PageRuns.buffer();
    private final List<Long> unread = new ArrayList<>();

    private void write(int page, int value) {
        memory.buffer().putInt((int) (base - memory.address()) + page * PAGE + 100, value);
    }

    private List<String> round(boolean lends, int... pages) throws IOException {
        return round(new Told(lends), pages);
    }

    private List<String> round(Told told, int... pages) throws IOException {
        sent.begin(Pass.RUNNING);
        try (MemoryReader reader =
                new MemoryReader((int) ProcessHandle.current().pid(), true)) {
            PageRuns runs = new PageRuns(reader, null, sent, unread::add, buffer, () -> {});
            for (int page : pages) {
                runs.add(base + page * PAGE, base + (page + 1) * PAGE, true, told);
            }
            runs.finish(told);
        }
        return told.runs;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pagesThatHoldWhatWasSentAreToldToBeAsBefore(boolean lends) throws IOException {
        for (int page = 0; page < 6; page++) {
            write(page, 1);
        }
        List<String> all = List.of("0: 1", "1: 1", "2: 1", "3: 1", "4: 1", "5: 1");
        assertThat(round(lends, 0, 1, 2, 3, 4, 5)).isEqualTo(all);
        assertThat(round(lends, 0, 1, 2, 3, 4, 5)).isEqualTo(all);
        write(2, 2);
        write(3, 2);
        assertThat(round(lends, 0, 1, 2, 3, 5))
                .containsExactly("0: as before", "1: as before", "2: 2", "3: 2", "5: as before");
        write(2, 1);
        assertThat(round(lends, 2, 3, 4)).containsExactly("2: 1", "3: as before", "4: 1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofPagesInWhichLittleChangedTheWordsAreToldToThoseWhoTakeThem(boolean lends) throws IOException {
        for (int page = 0; page < 6; page++) {
            write(page, 1);
        }
        List<String> all = List.of("0: 1", "1: 1", "2: 1", "3: 1", "4: 1", "5: 1");
        assertThat(round(new Told(lends, true), 0, 1, 2, 3, 4, 5)).isEqualTo(all);
        assertThat(round(new Told(lends, true), 0, 1, 2, 3, 4)).isEqualTo(all.subList(0, 5));
        write(1, 2);
        write(2, 0x10203);
        write(4, 3);
        write(5, 4);
        assertThat(round(new Told(lends, true), 0, 1, 2, 3, 4, 5))
                .containsExactly(
                        "0: as before",
                        "1: as before",
                        "1 at 96: 0x200000000",
                        "2: as before",
                        "2 at 96: 0x1020300000000",
                        "3: as before",
                        "4: as before",
                        "4 at 96: 0x300000000",
                        "5: 4");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void pagesThatAreGoneAreNotPassedOn(boolean lends) throws IOException {
        write(1, 5);
        Told told = new Told(lends);
        try (MemoryReader reader =
                new MemoryReader((int) ProcessHandle.current().pid(), true)) {
            PageRuns runs = new PageRuns(reader, null, sent, unread::add, buffer, () -> {});
            runs.add(PAGE, 3 * PAGE, true, told);
            runs.add(base + PAGE, base + 2 * PAGE, true, told);
            runs.finish(told);
            assertThat(runs.changedPages()).isEqualTo(3);
            assertThat(runs.sentPages()).isEqualTo(1);
        }
        assertThat(told.runs).containsExactly("1: 5");
        assertThat(unread).containsExactly((long) PAGE, 2L * PAGE);
    }

    /** What it was told, page by page. */
    private final class Told implements PageSink {
        private final boolean lends;
        private final boolean words;
        private final List<String> runs = new ArrayList<>();
        private ByteBuffer lent;

        Told(boolean lends) {
            this(lends, false);
        }

        Told(boolean lends, boolean words) {
            this.lends = lends;
            this.words = words;
        }

        private void add(long vaddr, int page, Object what) {
            runs.add((vaddr - base) / PAGE + page + ": " + what);
        }

        @Override
        public void data(long vaddr, ByteBuffer pages) {
            ByteBuffer contents = pages.order(memory.buffer().order());
            for (int page = 0; page * PAGE < contents.remaining(); page++) {
                add(vaddr, page, contents.getInt(page * PAGE + 100));
            }
        }

        @Override
        public ByteBuffer lend(int bytes) {
            lent = lends ? ByteBuffer.allocateDirect(bytes) : null;
            return lent;
        }

        @Override
        public void lent(long vaddr, int offset, int bytes) {
            data(vaddr, lent.slice(offset, bytes));
        }

        @Override
        public void zero(long vaddr, long nrPages) {
            throw new AssertionError("no page of zeros was added");
        }

        @Override
        public void parent(long vaddr, long nrPages) {
            for (int page = 0; page < nrPages; page++) {
                add(vaddr, page, "as before");
            }
        }

        @Override
        public boolean takesWords() {
            return words;
        }

        @Override
        public void word(long address, long value) {
            runs.add(String.format("%d at %d: 0x%x", (address - base) / PAGE, (address - base) % PAGE, value));
        }

        @Override
        public void close() {}
    }
}
