package io.godwit.target.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.pages.PageIndex.Extent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageReadsTest {
    private static final int PAGE = 4096;
    private static final Path OLD = Path.of("0/pages-1.img");
    private static final Path NEW = Path.of("1/pages-1.img");

    @Test
    void nothingIsReadWhereThereIsNothing() {
        assertThat(all(List.of())).isEmpty();
    }

    @Test
    void aLongExtentIsReadInPieces() {
        assertThat(all(List.of(extent(1, 150, OLD, 7))))
                .containsExactly(
                        read(OLD, 7, 64, extent(1, 64, OLD, 7)),
                        read(OLD, 71, 64, extent(65, 64, OLD, 71)),
                        read(OLD, 135, 22, extent(129, 22, OLD, 135)));
    }

    @Test
    void whatLiesTogetherInTheFileIsReadTogetherWhereverItBelongs() {
        assertThat(all(List.of(extent(1, 1, OLD, 0), extent(900, 2, OLD, 1))))
                .containsExactly(read(OLD, 0, 3, extent(1, 1, OLD, 0), extent(900, 2, OLD, 1)));
    }

    @Test
    void pagesThatWereReplacedAreReadWithWhatLiesAroundThem() {
        assertThat(all(List.of(extent(1, 3, OLD, 0), extent(4, 1, NEW, 0), extent(5, 3, OLD, 4), extent(8, 1, NEW, 1))))
                .containsExactly(
                        read(OLD, 0, 7, extent(1, 3, OLD, 0), extent(5, 3, OLD, 4)),
                        read(NEW, 0, 2, extent(4, 1, NEW, 0), extent(8, 1, NEW, 1)));
    }

    @Test
    void aLongGapIsNotRead() {
        List<Extent> extents = List.of(extent(1, 3, OLD, 0), extent(4, 20, NEW, 0), extent(24, 3, OLD, 23));
        assertThat(all(extents))
                .containsExactly(
                        read(OLD, 0, 3, extents.get(0)),
                        read(OLD, 23, 3, extents.get(2)),
                        read(NEW, 0, 20, extents.get(1)));
    }

    /** As where a mapping was moved between two snapshots. */
    @Test
    void whatLiesBeforeInTheFileIsReadByItself() {
        List<Extent> extents = List.of(extent(1, 2, OLD, 9), extent(3, 2, OLD, 3));
        assertThat(all(extents)).containsExactly(read(OLD, 9, 2, extents.get(0)), read(OLD, 3, 2, extents.get(1)));
    }

    /** Each file has a layout of its own. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyPageIsReadOnceFromWhereTheIndexSaysAndNoOther(long seed) {
        Random random = new Random(seed);
        List<Extent> extents = new ArrayList<>();
        long[] offsets = new long[3];
        for (long page = 1; page < 3000; page++) {
            if (random.nextInt(9) == 0) {
                continue;
            }
            int file = random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0;
            // the oldest has all pages, the others have only their own
            long offset = file == 0 ? page : offsets[file]++;
            extents.add(extent(page, 1, Path.of("" + file), offset));
        }
        List<PageReads.Read> reads = all(extents);
        List<Extent> pages = new ArrayList<>();
        for (PageReads.Read read : reads) {
            assertThat(read.bytes()).isBetween(1, PageReads.MAX_BYTES);
            for (Extent extent : read.pages()) {
                assertThat(extent.pagesFile()).isEqualTo(read.file());
                assertThat(extent.offset()).isGreaterThanOrEqualTo(read.offset());
                assertThat(extent.offset() + extent.nrPages() * PAGE).isLessThanOrEqualTo(read.offset() + read.bytes());
                pages.add(extent);
            }
        }
        assertThat(pages).as("seed %d", seed).hasSameSizeAs(extents);
        assertThat(contents(pages)).as("seed %d", seed).isEqualTo(contents(extents));
        assertThat(reads).hasSizeLessThan(extents.size() / 20);
    }

    private static List<PageReads.Read> all(List<Extent> extents) {
        PageReads reads = new PageReads(extents);
        List<PageReads.Read> all = new ArrayList<>();
        for (PageReads.Read read = reads.next(); read != null; read = reads.next()) {
            all.add(read);
        }
        return all;
    }

    private static Map<Long, String> contents(List<Extent> extents) {
        Map<Long, String> pages = new TreeMap<>();
        for (Extent extent : extents) {
            for (long i = 0; i < extent.nrPages(); i++) {
                pages.put(extent.vaddr() + i * PAGE, extent.pagesFile() + " " + (extent.offset() / PAGE + i));
            }
        }
        return pages;
    }

    private static PageReads.Read read(Path file, long offset, int pages, Extent... extents) {
        return new PageReads.Read(file, offset * PAGE, pages * PAGE, List.of(extents));
    }

    private static Extent extent(long page, long pages, Path file, long offset) {
        return new Extent(page * PAGE, pages, file, offset * PAGE);
    }
}
