package io.godwit.target.plan;

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

class FillOrderTest {
    private static final int PAGE = 4096;
    private static final Path OLD = Path.of("0/pages-1.img");
    private static final Path NEW = Path.of("1/pages-1.img");

    @Test
    void oneFileIsReadAsItIs() {
        List<Extent> extents = List.of(extent(1, 1, OLD, 0), extent(5, 2, OLD, 1));
        assertThat(FillOrder.of(extents)).isSameAs(extents);
    }

    @Test
    void pagesThatWereReplacedAreReadAndWrittenOver() {
        assertThat(FillOrder.of(List.of(
                        extent(1, 3, OLD, 0), extent(4, 1, NEW, 0), extent(5, 3, OLD, 4), extent(8, 1, NEW, 1))))
                .containsExactly(extent(1, 7, OLD, 0), extent(4, 1, NEW, 0), extent(8, 1, NEW, 1));
    }

    @Test
    void pagesThatAreGoneAreNotRead() {
        List<Extent> extents = List.of(extent(1, 3, OLD, 0), extent(5, 3, OLD, 4), extent(8, 1, NEW, 1));
        assertThat(FillOrder.of(extents)).isEqualTo(extents);
    }

    @Test
    void aLongGapIsNotRead() {
        List<Extent> extents = List.of(extent(1, 30, OLD, 0), extent(31, 20, NEW, 0), extent(51, 3, OLD, 50));
        assertThat(FillOrder.of(extents)).containsExactly(extents.get(0), extents.get(2), extents.get(1));
    }

    @Test
    void whatWasMadeAnewElsewhereIsNoGap() {
        List<Extent> extents = List.of(extent(1, 9, OLD, 0), extent(10, 1, NEW, 0), extent(11, 1, OLD, 9));
        assertThat(FillOrder.of(extents)).containsExactly(extents.get(0), extents.get(2), extents.get(1));
    }

    /** Each file has a layout of its own; what is read last of an address must be what the index says. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyPageIsReadLastFromWhereTheIndexSaysAndNoOther(long seed) {
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
        Map<Long, String> wanted = contents(extents);
        List<Extent> order = FillOrder.of(extents);
        assertThat(contents(order)).as("seed %d", seed).isEqualTo(wanted);
        assertThat(order).hasSizeLessThan(extents.size() * 2 / 3);
    }

    private static Map<Long, String> contents(List<Extent> reads) {
        Map<Long, String> pages = new TreeMap<>();
        for (Extent read : reads) {
            for (long i = 0; i < read.nrPages(); i++) {
                pages.put(read.vaddr() + i * PAGE, read.pagesFile() + " " + (read.offset() / PAGE + i));
            }
        }
        return pages;
    }

    private static Extent extent(long page, long pages, Path file, long offset) {
        return new Extent(page * PAGE, pages, file, offset * PAGE);
    }
}
