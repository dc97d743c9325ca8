package io.godwit.target.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class HoleFinderTest {
    private static final long TOP = 0x7fff_0000_0000L;

    @Test
    void theHoleLiesInTheMiddleOfTheLargestGapOfAll() throws RestoreException {
        AddressRange low = new AddressRange(0x10000000L, 0x20000000L);
        AddressRange high = new AddressRange(0x7f00_0000_0000L, TOP);

        long hole = HoleFinder.find(List.of(high, low), 0x100000);

        assertThat(hole).isBetween(0x3f00_0000_0000L, 0x4000_0000_0000L);
        assertThat(hole % 4096).isZero();
    }

    @Test
    void overlappingRangesOfSeveralTasksCountAsOne() throws RestoreException {
        AddressRange first = new AddressRange(0x10000000L, 0x5000_0000_0000L);
        AddressRange inside = new AddressRange(0x20000000L, 0x30000000L);
        AddressRange second = new AddressRange(0x4000_0000_0000L, 0x6000_0000_0000L);

        assertThat(HoleFinder.find(List.of(first, inside, second), 4096)).isGreaterThan(0x6000_0000_0000L);
    }

    @Test
    void aFullAddressSpaceIsToldSo() {
        AddressRange all = new AddressRange(0x10000000L, TOP - 4096);

        assertThatThrownBy(() -> HoleFinder.find(List.of(all), 1 << 20)).hasMessageContaining("1048576 bytes");
    }
}
