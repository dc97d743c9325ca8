package io.godwit.target.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.pages.PageIndex.Extent;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagesReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file is large enough for several threads where there are several processors. Each of its pages begins with its number. */
class PageFillTest {
    private static final int PAGE = PageSink.PAGE;
    private static final int PAGES = 12 << 10;
    private static final long CUT = (long) PAGES / 2 * PAGE + PAGE / 2;

    @TempDir
    private static Path directory;

    private final PagesReader reader = new PagesReader();
    private final PageFill fill = new PageFill(reader);
    private final Queue<Long> taken = new ConcurrentLinkedQueue<>();
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = directory.resolve("pages-1.img");
        ByteBuffer pages = ByteBuffer.allocate(PAGES * PAGE);
        for (int page = 0; page < PAGES; page++) {
            pages.putLong(page * PAGE, page);
        }
        Files.write(file, pages.array());
    }

    @AfterEach
    void close() {
        reader.close();
    }

    /** Notes the numbers of pages that are where they should be, and refuses others. */
    private class Taker implements PageSink {
        @Override
        public void data(long vaddr, ByteBuffer pages) throws IOException {
            for (int at = 0; at < pages.remaining(); at += PAGE) {
                long number = pages.getLong(at);
                if (vaddr + at != address(number)) {
                    throw new IOException("page " + number + " came for address " + (vaddr + at));
                }
                taken.add(number);
            }
        }

        @Override
        public void zero(long vaddr, long nrPages) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void parent(long vaddr, long nrPages) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    private static long address(long page) {
        return 0x10000 + page * PAGE;
    }

    private void add(int from, int to) {
        fill.add(Taker::new, List.of(new Extent(address(from), to - from, file, (long) from * PAGE)));
    }

    private void cut() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(CUT);
        }
    }

    @Test
    void allPagesOfAllPartsArePassedOnce() throws IOException {
        add(0, 100);
        add(100, PAGES - 1);
        add(PAGES - 1, PAGES);
        fill.run("fill");
        assertThat(taken)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, PAGES).boxed().toList());
    }

    @Test
    void aFileThatEndsInTheMiddleIsNamedWhenAllThreadsHaveEnded() throws IOException {
        add(0, PAGES);
        cut();
        // of two threads that meet the end, the other may have asked for what comes after it
        assertThatThrownBy(() -> fill.run("fill for the test"))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(file + ": ends at ", "truncated");
        assertThat(taken).doesNotHaveDuplicates().allMatch(page -> page < PAGES / 2);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().contains("fill for the test"));
    }

    @Test
    void nothingIsPassedOfThePartsAfterOneThatFails() throws IOException {
        add(PAGES / 2, PAGES);
        for (int page = 0; page < PAGES / 2; page++) {
            add(page, page + 1);
        }
        cut();
        assertThatThrownBy(() -> fill.run("fill")).hasMessageContaining("truncated");
        assertThat(taken).isEmpty();
    }

    @Test
    void aPageThatIsNotTakenEndsIt() {
        PageSink refusing = new Taker() {
            @Override
            public void data(long vaddr, ByteBuffer pages) throws IOException {
                throw new IOException("there is no such address");
            }
        };
        add(0, PAGES / 2);
        fill.add(() -> refusing, List.of(new Extent(address(PAGES / 2), PAGES / 2, file, CUT)));
        assertThatThrownBy(() -> fill.run("fill")).hasMessage("there is no such address");
        assertThat(taken).allMatch(page -> page < PAGES / 2);
    }
}
