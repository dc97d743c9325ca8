package io.godwit.image.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnDemandRangesTest {
    private final OnDemandRanges ranges = new OnDemandRanges();

    private List<String> parts(long... runs) throws IOException {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < runs.length; i += 2) {
            ranges.split(runs[i], runs[i + 1], (from, to, may) -> parts.add(from + "-" + to + (may ? " may" : "")));
        }
        return parts;
    }

    @Test
    void runsArePartedWhereRangesBeginAndEnd() throws IOException {
        ranges.add(10, 20);
        ranges.add(30, 40);

        assertThat(parts(0, 5, 5, 35, 35, 50))
                .containsExactly("0-5", "5-10", "10-20 may", "20-30", "30-35 may", "35-40 may", "40-50");
    }

    @Test
    void rangesThatTouchAreOne() throws IOException {
        ranges.add(10, 20);
        ranges.add(20, 40);

        assertThat(parts(12, 38)).containsExactly("12-38 may");
    }

    @Test
    void withoutRangesNothingMay() throws IOException {
        assertThat(parts(0, 100)).containsExactly("0-100");
    }
}
