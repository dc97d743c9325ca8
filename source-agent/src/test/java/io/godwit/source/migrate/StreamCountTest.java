package io.godwit.source.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamCountTest {
    private static final long GIGABIT = 1_000_000_000;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"1, 100, 1", "2, 100, 1", "8, 1, 1", "8, 8, 1", "8, 10, 2", "8, 25, 4", "4, 25, 2", "64, 100, 4"})
    void thereAreAsManyAsTheHostAndTheLinkCanMakeUseOf(int processors, long gigabits, int streams) {
        assertThat(StreamCount.fitting(processors, gigabits * GIGABIT)).isEqualTo(streams);
    }

    @Test
    void aLinkThatNobodyKnowsIsNoLimit() {
        assertThat(StreamCount.fitting(8, Long.MAX_VALUE)).isEqualTo(4);
        assertThat(StreamCount.fitting(8, 1)).isEqualTo(1);
    }

    @Test
    void theKernelTellsMegabits() throws IOException {
        assertThat(StreamCount.speedIn(file("25000\n"))).hasValue(25 * GIGABIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1\n", "0\n", "", "fast"})
    void whatIsNoSpeedIsNotTaken(String text) throws IOException {
        assertThat(StreamCount.speedIn(file(text))).isEmpty();
        assertThat(StreamCount.speedIn(directory.resolve("none"))).isEmpty();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("speed"), text);
    }
}
