package io.godwit.target.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.NativeMemory;
import io.godwit.linux.memory.ProcessMemory;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Writes memory of the test's own process. */
class ChangedWordsTest {
    private static final int WORDS = 3 * 4 * ProcessMemory.maxRanges();

    private final NativeMemory memory = NativeMemory.allocate(WORDS * Long.BYTES);
    private final long[] expected = new long[WORDS];
    private final ChangedWords words =
            new ChangedWords(new ProcessMemory((int) ProcessHandle.current().pid()));

    private void add(int at, long value) throws IOException {
        words.add(memory.address() + (long) at * Long.BYTES, value);
        expected[at] = value;
    }

    private void assertWritten() throws IOException {
        words.write();
        long[] written = IntStream.range(0, WORDS)
                .mapToLong(word -> memory.buffer().getLong(word * Long.BYTES))
                .toArray();
        assertThat(written).isEqualTo(expected);
    }

    @Test
    void neighboursAndOthersArriveWhereTheyBelong() throws IOException {
        for (int word : new int[] {3, 4, 5, 9, 11, 12, 2, 0, 1, 2}) {
            add(word, 100L + word);
        }
        assertWritten();
        add(13, 7);
        assertWritten();
    }

    @Test
    void moreThanOneCallTakesAreWrittenAll() throws IOException {
        for (int word = 0; word < WORDS; word += 2) {
            add(word, 1L + word);
        }
        assertWritten();
    }

    @Test
    void moreNeighboursThanFitAreWrittenAll() throws IOException {
        for (int word = 0; word < WORDS; word++) {
            add(word, -1L - word);
        }
        assertWritten();
    }

    /** The last range that fits may still grow. */
    @Test
    void theLastRangeGrows() throws IOException {
        int most = ProcessMemory.maxRanges();
        for (int word = 0; word < most; word++) {
            add(2 * word, 1L + word);
        }
        add(2 * most - 1, 5);
        add(2 * most, 6);
        assertWritten();
    }
}
