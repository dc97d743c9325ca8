package io.godwit.target.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.pages.PageIndex.Extent;
import io.godwit.image.pages.PagesReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageComparisonTest {
    private static final int PAGE = 4096;
    private static final long BASE = 0x10000;

    @TempDir
    private Path directory;

    /** A file with a page for each letter, all of its bytes this letter. */
    private Path pages(String name, String letters) throws IOException {
        byte[] bytes = new byte[letters.length() * PAGE];
        for (int i = 0; i < letters.length(); i++) {
            Arrays.fill(bytes, i * PAGE, (i + 1) * PAGE, (byte) letters.charAt(i));
        }
        return Files.write(directory.resolve(name), bytes);
    }

    private static Extent extent(int page, int count, Path file, int fileOffset) {
        return new Extent(BASE + (long) page * PAGE, count, file, (long) fileOffset * PAGE);
    }

    private static RangeSet inherited(int from, int to) {
        RangeSet set = new RangeSet();
        set.add(BASE + (long) from * PAGE, BASE + (long) to * PAGE);
        return set;
    }

    private static List<Extent> differing(List<Extent> child, List<Extent> parent, RangeSet inherited)
            throws IOException {
        try (PagesReader reader = new PagesReader()) {
            return new PageComparison(reader).differing(child, parent, inherited);
        }
    }

    @Test
    void onlyPagesThatDifferAreLeft() throws IOException {
        Path child = pages("child", "abXYef");
        Path parent = pages("parent", "abcdef");

        assertThat(differing(List.of(extent(0, 6, child, 0)), List.of(extent(0, 6, parent, 0)), inherited(0, 6)))
                .containsExactly(extent(2, 2, child, 2));
    }

    @Test
    void equalPagesThatWereNotInheritedAreLeft() throws IOException {
        Path child = pages("child", "abcdef");
        Path parent = pages("parent", "abcdef");

        assertThat(differing(List.of(extent(0, 6, child, 0)), List.of(extent(0, 6, parent, 0)), inherited(2, 4)))
                .containsExactly(extent(0, 2, child, 0), extent(4, 2, child, 4));
    }

    @Test
    void theRootHasNothingToInherit() throws IOException {
        List<Extent> own = List.of(extent(0, 2, pages("root", "ab"), 0));

        assertThat(differing(own, List.of(), new RangeSet())).isEqualTo(own);
    }

    @Test
    void aFileThatEndsTooEarlyIsNamed() throws IOException {
        Path child = pages("child", "abcdef");
        Path parent = pages("parent", "abc");

        assertThatThrownBy(() ->
                        differing(List.of(extent(0, 6, child, 0)), List.of(extent(0, 6, parent, 0)), inherited(0, 6)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(parent.toString());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsInheritedAndWhatIsLeftMakeTheChild(long seed) throws IOException {
        Random random = new Random(seed);
        int count = 300;
        RangeSet inherited = new RangeSet();
        for (int page = 0; page < count; page += 1 + random.nextInt(40)) {
            inherited.add(BASE + (long) page * PAGE, BASE + (long) (page + 1 + random.nextInt(20)) * PAGE);
        }
        TreeMap<Integer, Character> child = new TreeMap<>();
        TreeMap<Integer, Character> parent = new TreeMap<>();
        List<Extent> own = random(random, count, "child", child);
        List<Extent> parents = random(random, count, "parent", parent);

        TreeMap<Integer, Character> result = new TreeMap<>(parent);
        result.keySet().removeIf(page -> !inherited.contains(BASE + (long) page * PAGE, BASE + (page + 1L) * PAGE));
        result.keySet().retainAll(child.keySet());
        for (Extent extent : differing(own, parents, inherited)) {
            byte[] bytes = Files.readAllBytes(extent.pagesFile());
            for (int i = 0; i < extent.nrPages(); i++) {
                result.put((int) ((extent.vaddr() - BASE) / PAGE) + i, (char) bytes[(int) extent.offset() + i * PAGE]);
            }
        }
        assertThat(result).as("seed %d", seed).isEqualTo(child);
    }

    private List<Extent> random(Random random, int count, String name, TreeMap<Integer, Character> model)
            throws IOException {
        StringBuilder letters = new StringBuilder();
        List<int[]> runs = new ArrayList<>();
        for (int page = random.nextInt(5); page < count; ) {
            int length = Math.min(count - page, 1 + random.nextInt(30));
            runs.add(new int[] {page, length, letters.length()});
            for (int i = 0; i < length; i++) {
                char letter = (char) ('a' + random.nextInt(2));
                letters.append(letter);
                model.put(page + i, letter);
            }
            page += length + random.nextInt(5);
        }
        Path file = pages(name, letters.toString());
        return runs.stream().map(run -> extent(run[0], run[1], file, run[2])).toList();
    }
}
