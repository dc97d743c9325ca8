package io.godwit.source.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SentPagesTest {
    private static final int PAGE = 4096;
    private static final long REGION = (long) SentPages.REGION_PAGES * PAGE;
    private static final long BASE = 0x7f00_0000_0000L;

    private final PageHashes hashes = new PageHashes(64);
    private final SentPages pages = hashes.ofProcess();

    private boolean same(long address, int content) {
        return pages.same(address, ByteBuffer.allocateDirect(2 * PAGE).putInt(PAGE + 8, content), PAGE);
    }

    private void round(Pass pass, long address, int content, boolean expected) {
        pages.begin(pass);
        assertThat(same(address, content)).isEqualTo(expected);
    }

    @Test
    void aPageIsNotedWhenItIsSentAgainAndNotSentForAThirdTimeIfItHoldsTheSame() {
        round(Pass.RUNNING, BASE, 1, false);
        round(Pass.RUNNING, BASE, 1, false);
        round(Pass.RUNNING, BASE, 1, true);
        round(Pass.LAST, BASE, 1, true);
    }

    @Test
    void whatWasSentLastCounts() {
        round(Pass.RUNNING, BASE, 1, false);
        round(Pass.RUNNING, BASE, 1, false);
        round(Pass.RUNNING, BASE, 2, false);
        round(Pass.RUNNING, BASE, 1, false);
        round(Pass.RUNNING, BASE, 1, true);
    }

    @Test
    void oneByteMakesAnother() {
        pages.begin(Pass.RUNNING);
        pages.begin(Pass.RUNNING);
        ByteBuffer page = ByteBuffer.allocateDirect(PAGE);
        assertThat(pages.same(BASE, page, 0)).isFalse();
        assertThat(pages.same(BASE, page.put(PAGE - 1, (byte) 1), 0)).isFalse();
        assertThat(pages.same(BASE, page, 0)).isTrue();
    }

    @Test
    void pagesThatWereNotThereForARoundAreSent() {
        pages.begin(Pass.RUNNING);
        pages.begin(Pass.RUNNING);
        long[] at = {BASE, BASE + PAGE, BASE + 2 * PAGE, BASE + REGION, BASE + 2 * REGION, BASE + 3 * REGION};
        for (long page : at) {
            assertThat(same(page, 7)).isFalse();
        }
        pages.absent(BASE + PAGE, BASE + 2 * PAGE);
        pages.absent(BASE + REGION, BASE + 3 * REGION);

        assertThat(same(at[0], 7)).isTrue();
        assertThat(same(at[1], 7)).isFalse();
        assertThat(same(at[2], 7)).isTrue();
        assertThat(same(at[3], 7)).isFalse();
        assertThat(same(at[4], 7)).isFalse();
        assertThat(same(at[5], 7)).isTrue();
    }

    @Test
    void inTheLastRoundAMappingThatIsNewIsSentAndNothingElseIsForgotten() {
        pages.begin(Pass.RUNNING);
        round(Pass.RUNNING, BASE, 1, false);
        same(BASE + PAGE, 1);
        pages.begin(Pass.LAST);
        pages.absent(BASE, BASE + PAGE);
        assertThat(same(BASE, 1)).isTrue();
        pages.lost(BASE + PAGE, BASE + 2 * PAGE);
        assertThat(same(BASE + PAGE, 1)).isFalse();
    }

    @Test
    void whereHardlyAnyPageHoldsTheSameASampleIsLookedAtUntilMoreDo() {
        long sampled = 0;
        long other = REGION;
        pages.begin(Pass.RUNNING);
        for (int content = 0; content < 3; content++) {
            pages.begin(Pass.RUNNING);
            for (int page = 0; page < 100; page++) {
                assertThat(same(sampled + page * PAGE, content)).isFalse();
                assertThat(same(other + page * PAGE, content)).isFalse();
            }
        }
        pages.begin(Pass.RUNNING);
        for (int page = 0; page < 100; page++) {
            assertThat(same(sampled + page * PAGE, 2)).isTrue();
            assertThat(same(other + page * PAGE, 2)).as("not in the sample").isFalse();
        }
        round(Pass.RUNNING, other, 2, false);
        round(Pass.RUNNING, other, 2, true);
    }

    @Test
    void whatCanBeNotedIsBoundedAndIsGivenBack() {
        pages.begin(Pass.RUNNING);
        pages.begin(Pass.RUNNING);
        for (int region = 0; region < 65; region++) {
            same(region * REGION, 1);
        }
        assertThat(same(63 * REGION, 1)).isTrue();
        assertThat(same(64 * REGION, 1)).isFalse();

        pages.absent(0, REGION);
        assertThat(same(65 * REGION, 1)).isFalse();
        assertThat(same(65 * REGION, 1)).isTrue();
        SentPages another = hashes.ofProcess();
        pages.close();
        another.begin(Pass.RUNNING);
        another.begin(Pass.RUNNING);
        ByteBuffer page = ByteBuffer.allocateDirect(PAGE);
        assertThat(another.same(BASE, page, 0)).isFalse();
        assertThat(another.same(BASE, page, 0)).isTrue();
    }

    private List<Integer> changes(SentPages of, long address, ByteBuffer page) {
        assertThat(of.same(address, page, 0)).isFalse();
        int words = of.changes(address, page, 0);
        return IntStream.range(0, words).mapToObj(of::changedAt).toList();
    }

    /** A page of zeros at the base, which is kept as it was sent. */
    private ByteBuffer kept() {
        ByteBuffer page = ByteBuffer.allocateDirect(PAGE);
        pages.begin(Pass.RUNNING);
        pages.begin(Pass.RUNNING);
        changes(pages, BASE, page);
        return page;
    }

    @Test
    void ofAPageInWhichLittleChangedTheWordsAreTold() {
        ByteBuffer page = ByteBuffer.allocateDirect(PAGE);
        pages.begin(Pass.RUNNING);
        assertThat(changes(pages, BASE, page)).isEmpty();
        pages.begin(Pass.RUNNING);
        assertThat(changes(pages, BASE, page)).isEmpty();
        pages.begin(Pass.RUNNING);
        assertThat(changes(pages, BASE, page.put(9, (byte) 1).put(PAGE - 1, (byte) 1)))
                .containsExactly(8, PAGE - 8);
        pages.begin(Pass.LAST);
        assertThat(changes(pages, BASE, page.put(16, (byte) 1))).containsExactly(16);
    }

    @Test
    void aPageInWhichMuchChangedIsSentAndKept() {
        ByteBuffer page = kept();
        for (int at = 0; at < 17 * 8; at += 8) {
            page.put(at, (byte) 1);
        }
        assertThat(changes(pages, BASE, page)).isEmpty();
        assertThat(changes(pages, BASE, page.put(0, (byte) 2))).containsExactly(0);
        for (int at = 0; at < 16 * 8; at += 8) {
            page.put(at, (byte) 3);
        }
        assertThat(changes(pages, BASE, page)).hasSize(16);
    }

    /** The note was renewed, and what is kept was not: it is not what the target has. */
    @Test
    void whatIsKeptCountsOnlyIfItIsWhatWasSentLast() {
        ByteBuffer page = kept();
        assertThat(pages.same(BASE, page.put(0, (byte) 1), 0)).isFalse();
        assertThat(changes(pages, BASE, page.put(8, (byte) 1))).isEmpty();
        assertThat(changes(pages, BASE, page.put(16, (byte) 1))).containsExactly(16);
    }

    @Test
    void ofPagesThatWereNotThereForARoundNothingIsKept() {
        ByteBuffer page = kept();
        changes(pages, BASE + PAGE, page);
        pages.absent(BASE, BASE + PAGE);
        assertThat(changes(pages, BASE, page.put(0, (byte) 1))).isEmpty();
        assertThat(changes(pages, BASE + PAGE, page)).containsExactly(0);
        pages.absent(0, Long.MAX_VALUE);
        assertThat(changes(pages, BASE + PAGE, page.put(0, (byte) 2))).isEmpty();
    }

    @Test
    void pagesThatAreNotWrittenAnyMoreMakeRoomForOthers() {
        while (hashes.copies().take() >= 0) {
            // another process keeps them
        }
        hashes.copies().giveBack(0);
        ByteBuffer page = ByteBuffer.allocateDirect(PAGE);
        pages.begin(Pass.RUNNING);
        assertThat(pages.keeps(BASE, BASE + PAGE)).isFalse();
        pages.begin(Pass.RUNNING);
        assertThat(pages.keeps(BASE, BASE + PAGE)).isTrue();
        changes(pages, BASE, page);
        pages.begin(Pass.RUNNING);
        assertThat(pages.keeps(BASE - REGION, BASE + PAGE)).isTrue();
        assertThat(pages.keeps(BASE + REGION, BASE + 2 * REGION)).isFalse();
        changes(pages, BASE + REGION, page);
        assertThat(changes(pages, BASE + REGION, page.put(0, (byte) 1))).isEmpty();
        pages.begin(Pass.RUNNING);
        changes(pages, BASE + REGION, page.put(0, (byte) 2));
        assertThat(pages.keeps(BASE, BASE + REGION)).isFalse();
        pages.begin(Pass.LAST);
        assertThat(changes(pages, BASE + REGION, page.put(0, (byte) 3))).containsExactly(0);
    }

    @Test
    void whatCanBeKeptIsBoundedAndIsGivenBack() {
        PageCopies copies = new PageCopies();
        int most = 0;
        while (copies.take() >= 0) {
            most++;
        }
        assertThat(most).isEqualTo(8192);
        copies.giveBack(700);
        assertThat(copies.take()).isEqualTo(700);
        assertThat(copies.take()).isNegative();
    }

    /** A round may hold notes that were closed as the process executes another program. */
    @Test
    void whatIsClosedNotesNothingAnyMore() {
        pages.begin(Pass.RUNNING);
        pages.close();
        round(Pass.RUNNING, BASE, 1, false);
        round(Pass.RUNNING, BASE, 1, false);
    }

    @Test
    void ofSomeProcessesNothingIsNoted() {
        for (int i = 0; i < 3; i++) {
            SentPages.NONE.begin(Pass.RUNNING);
            assertThat(SentPages.NONE.same(BASE, ByteBuffer.allocateDirect(PAGE), 0))
                    .isFalse();
        }
    }
}
