package io.godwit.target.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.target.plan.AddressRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class HugeRangesTest {
    private static final AddressRange ASKED = new AddressRange(0x200000, 0xa00000);
    private static final AddressRange REFUSED = new AddressRange(0xa00000, 0xc00000);
    private static final AddressRange PLAIN = new AddressRange(0x1000000, 0x1400000);

    private static HugeRanges ranges(boolean always) {
        HugeRanges ranges = new HugeRanges(always);
        ranges.asked(List.of(ASKED), List.of(REFUSED));
        return ranges;
    }

    @Test
    void onlyWhereTheProgramAskedIsTheKernelAskedForWholeMappings() {
        HugeRanges ranges = ranges(false);
        assertThat(ranges.toAdvise(0x400000, 0x600000)).containsExactly(ASKED);
        assertThat(ranges.toAdvise(PLAIN.start(), PLAIN.end())).isEmpty();
        ranges.advise(ASKED);
        assertThat(ranges.toAdvise(0x400000, 0x600000)).isEmpty();
        assertThat(ranges.advised()).containsExactly(ASKED);
    }

    @Test
    void aHostThatGivesNoneUnaskedMakesSmallPagesOfThem() {
        HugeRanges ranges = ranges(false);
        ranges.add(0x400000, 0x600000);
        ranges.add(PLAIN.start(), PLAIN.end());
        assertThat(ranges.within(0, Long.MAX_VALUE)).containsExactly(new AddressRange(0x400000, 0x600000));
        assertThat(ranges.possible(List.of(ASKED, REFUSED, PLAIN))).containsExactly(ASKED);
    }

    @Test
    void aHostThatGivesThemToAllNeedsNotBeAsked() {
        HugeRanges ranges = ranges(true);
        ranges.add(PLAIN.start(), PLAIN.end());
        assertThat(ranges.within(0, Long.MAX_VALUE)).containsExactly(PLAIN);
        assertThat(ranges.toAdvise(PLAIN.start(), PLAIN.end())).isEmpty();
        assertThat(ranges.possible(List.of(ASKED, REFUSED, PLAIN))).containsExactly(ASKED, PLAIN);
    }

    @Test
    void whatIsMappedAnewBeginsInSmallPagesAndTheKernelIsAskedAgain() {
        HugeRanges ranges = ranges(false);
        ranges.add(ASKED.start(), ASKED.end());
        ranges.advise(ASKED);
        ranges.unmapped(ASKED);
        assertThat(ranges.within(0, Long.MAX_VALUE)).isEmpty();
        assertThat(ranges.toAdvise(0x400000, 0x600000)).containsExactly(ASKED);
    }

    @Test
    void aChildHasItsParentsAdvice() {
        HugeRanges parent = ranges(false);
        parent.advise(ASKED);
        HugeRanges child = parent.forked();
        child.asked(List.of(ASKED), List.of());
        assertThat(child.toAdvise(0x400000, 0x600000)).isEmpty();
    }
}
