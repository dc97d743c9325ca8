package io.godwit.source.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnprotectedTest {
    private static final long NEAR = Unprotected.NEAR_BYTES;

    private final List<List<Long>> parts = new ArrayList<>();

    private void note(long start, long end) {
        parts.add(List.of(start, end));
    }

    @Test
    void whatIsNearIsOneCluster() throws IOException {
        Unprotected bare = new Unprotected(0);
        bare.add(10, 20);
        bare.add(20, 30);
        bare.add(30 + NEAR - 1, 40 + NEAR);
        bare.add(40 + 2 * NEAR, 50 + 2 * NEAR);

        bare.clusters(this::note);

        assertThat(parts).containsExactly(List.of(10L, 40 + NEAR), List.of(40 + 2 * NEAR, 50 + 2 * NEAR));
    }

    @Test
    void thoseOfAnotherFollow() throws IOException {
        Unprotected bare = new Unprotected(0);
        bare.add(10, 20);
        Unprotected later = new Unprotected(20);
        later.add(20, 30);
        later.add(40 + NEAR, 50 + NEAR);
        bare.add(later);

        bare.clusters(this::note);

        assertThat(parts).containsExactly(List.of(10L, 30L), List.of(40 + NEAR, 50 + NEAR));
    }

    @Test
    void whereAllIsProtectedThereIsNoCluster() throws IOException {
        Unprotected bare = new Unprotected(7);

        bare.clusters(this::note);
        assertThat(parts).isEmpty();

        bare.protectedUpTo(99, this::note);
        assertThat(parts).containsExactly(List.of(7L, 99L));
    }

    @Test
    void betweenTheRangesAllIsProtected() throws IOException {
        Unprotected bare = new Unprotected(0);
        bare.add(0, 10);
        bare.add(20, 30);
        for (long start = 100; start < 1000; start += 2) {
            bare.add(start, start + 1);
        }

        bare.protectedUpTo(25, this::note);
        bare.protectedUpTo(27, this::note);
        bare.protectedUpTo(103, this::note);
        assertThat(parts).containsExactly(List.of(10L, 20L), List.of(30L, 100L), List.of(101L, 102L));
        bare.protectedUpTo(1000, this::note);
        assertThat(parts).hasSize(3 + 449).endsWith(List.of(999L, 1000L));
    }

    /** Written between the two looks at it. */
    @Test
    void whatWasToldOtherwiseIsNotToldAsProtected() throws IOException {
        Unprotected bare = new Unprotected(0);
        bare.add(10, 20);

        bare.protectedUpTo(5, this::note);
        bare.passed(7);
        bare.protectedUpTo(15, this::note);
        bare.passed(16);
        bare.protectedUpTo(24, this::note);
        bare.passed(26);
        bare.protectedUpTo(30, this::note);

        assertThat(parts).containsExactly(List.of(0L, 5L), List.of(7L, 10L), List.of(20L, 24L), List.of(26L, 30L));
    }
}
