package io.godwit.target.lazy;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.target.lazy.PendingPages.Run;
import org.junit.jupiter.api.Test;

class PendingPagesTest {
    private static final long PAGE = 4096;

    private final PendingPages pending = new PendingPages();

    private static Run run(long start, long end, long origin) {
        return new Run(start * PAGE, end * PAGE, origin * PAGE);
    }

    private void add(long start, long end) {
        pending.add(start * PAGE, end * PAGE);
    }

    @Test
    void theLowestComeFirstUpToALimit() {
        add(100, 110);
        add(16, 48);

        assertThat(pending.first(8 * PAGE)).contains(run(16, 24, 16));
        assertThat(pending.first(64 * PAGE)).contains(run(16, 48, 16));
        pending.remove(16 * PAGE, 48 * PAGE);
        assertThat(pending.first(64 * PAGE)).contains(run(100, 110, 100));
    }

    @Test
    void aPageIsFoundByAnyAddressInIt() {
        add(16, 18);

        assertThat(pending.page(17 * PAGE + 123)).contains(run(17, 18, 17));
        assertThat(pending.page(18 * PAGE)).isEmpty();
        assertThat(pending.page(15 * PAGE)).isEmpty();
    }

    @Test
    void whatIsRemovedLeavesItsNeighbours() {
        add(16, 32);
        add(40, 48);

        pending.remove(20 * PAGE, 44 * PAGE);

        assertThat(pending.all()).containsExactly(run(16, 20, 16), run(44, 48, 44));
        assertThat(pending.pages()).isEqualTo(8);
    }

    @Test
    void whatIsMovedKeepsWhereItCameFrom() {
        add(16, 32);

        pending.move(20 * PAGE, 200 * PAGE, 4 * PAGE);

        assertThat(pending.all()).containsExactly(run(16, 20, 16), run(24, 32, 24), run(200, 204, 20));
        assertThat(pending.page(203 * PAGE)).contains(run(203, 204, 23));
    }

    @Test
    void whatIsMovedTwiceIsFoundAndReplacesWhatWasThere() {
        add(16, 24);
        add(200, 300);

        pending.move(16 * PAGE, 210 * PAGE, 8 * PAGE);
        pending.move(212 * PAGE, 16 * PAGE, 2 * PAGE);

        assertThat(pending.all())
                .containsExactly(
                        run(16, 18, 18), run(200, 210, 200), run(210, 212, 16), run(214, 218, 20), run(218, 300, 218));
    }

    /** Another thread may move pages to where some were moved away from before it is told that those were unmapped. */
    @Test
    void whatWasMovedIntoAGapOutlivesTheUnmappingThatMadeIt() {
        add(16, 24);
        add(32, 40);

        pending.move(16 * PAGE, 200 * PAGE, 8 * PAGE);
        pending.move(32 * PAGE, 16 * PAGE, 8 * PAGE);
        pending.unmapped(16 * PAGE, 24 * PAGE);
        pending.unmapped(32 * PAGE, 40 * PAGE);
        assertThat(pending.all()).containsExactly(run(16, 24, 32), run(200, 208, 16));

        pending.unmapped(16 * PAGE, 24 * PAGE);
        assertThat(pending.all()).containsExactly(run(200, 208, 16));
    }

    @Test
    void aCopyIsNotToldWhatUnmapsForAMoveBeforeIt() {
        add(16, 24);
        add(32, 40);
        pending.move(16 * PAGE, 200 * PAGE, 8 * PAGE);
        PendingPages child = pending.copy();

        child.move(32 * PAGE, 16 * PAGE, 8 * PAGE);
        child.unmapped(16 * PAGE, 24 * PAGE);

        assertThat(child.all()).containsExactly(run(200, 208, 16));
    }

    @Test
    void aCopyGoesItsOwnWay() {
        add(16, 24);
        PendingPages child = pending.copy();

        pending.remove(0, 100 * PAGE);

        assertThat(pending.isEmpty()).isTrue();
        assertThat(child.all()).containsExactly(run(16, 24, 16));
    }
}
