package io.godwit.source.track;

import static io.godwit.source.track.ForkedPages.Likeness.OTHER;
import static io.godwit.source.track.ForkedPages.Likeness.PERHAPS;
import static io.godwit.source.track.ForkedPages.Likeness.SAME;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the pagemaps' words of a page in a parent and its child say. */
class ForkedPagesTest {
    private static final long FRAME = 0x12345;
    private static final long THERE = PagemapFile.PRESENT;
    private static final long UNWRITTEN = PagemapFile.PRESENT | PagemapFile.PROTECTED;

    @Test
    void aFrameThatBothHaveIsSharedIfTheParentHasNotWrittenSinceItWasRead() {
        assertThat(ForkedPages.likeness(UNWRITTEN | FRAME, UNWRITTEN | FRAME, false))
                .isEqualTo(SAME);
        assertThat(ForkedPages.likeness(THERE | FRAME, UNWRITTEN | FRAME, false))
                .isEqualTo(OTHER);
        assertThat(ForkedPages.likeness(THERE | FRAME, THERE | FRAME, true)).isEqualTo(SAME);
    }

    @Test
    void anotherFrameIsAnotherPage() {
        assertThat(ForkedPages.likeness(UNWRITTEN | FRAME, UNWRITTEN | FRAME + 1, false))
                .isEqualTo(OTHER);
    }

    @Test
    void pagesInSwapOrOfAFileOrAbsentAreNotLookedAt() {
        for (long word : new long[] {PagemapFile.SWAPPED | FRAME, UNWRITTEN | PagemapFile.FILE | FRAME, 0}) {
            assertThat(ForkedPages.likeness(word, word, true)).isEqualTo(OTHER);
        }
    }

    @Test
    void framesThatAreNotShownLeaveThePagesThatBothShareWithSomeoneInDoubt() {
        assertThat(ForkedPages.likeness(UNWRITTEN, UNWRITTEN, false)).isEqualTo(PERHAPS);
        assertThat(ForkedPages.likeness(UNWRITTEN, UNWRITTEN | PagemapFile.EXCLUSIVE, false))
                .isEqualTo(OTHER);
        assertThat(ForkedPages.likeness(THERE, UNWRITTEN, false)).isEqualTo(OTHER);
    }
}
