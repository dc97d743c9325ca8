package io.godwit.source.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.proc.ProcMaps;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LastScanTest {
    private static final Vma MAPPING =
            ProcMaps.parse(List.of("1000-9000 rw-p 00000000 00:00 0")).get(0);

    private final LastScan scan = new LastScan();

    private List<String> within(long from, long to) throws IOException {
        List<String> told = new ArrayList<>();
        scan.of(MAPPING)
                .orElseThrow()
                .within(
                        from,
                        to,
                        false,
                        (start, end, changed) -> told.add(
                                Long.toHexString(start) + "-" + Long.toHexString(end) + (changed ? " changed" : "")));
        return told;
    }

    @Test
    void tellsOnlyWhatWasThereBefore() throws IOException {
        LastScan.Pages pages = scan.note(MAPPING);
        pages.add(0x1000, 0x3000);
        pages.add(0x3000, 0x4000);
        pages.add(0x6000, 0x9000);
        scan.next();
        assertThat(within(0x1000, 0x2000)).containsExactly("1000-2000");
        assertThat(within(0x2000, 0x7000)).containsExactly("2000-4000", "6000-7000");
        assertThat(within(0x7000, 0x9000)).containsExactly("7000-9000");
    }

    @Test
    void knowsNothingOfTheScanThatGoesOnNorOfTheOneBeforeTheLast() {
        scan.note(MAPPING).add(0x1000, 0x9000);
        assertThat(scan.of(MAPPING)).isEmpty();
        scan.next();
        assertThat(scan.of(MAPPING)).isPresent();
        scan.next();
        assertThat(scan.of(MAPPING)).isEmpty();
    }

    @Test
    void aMappingThatGrewIsLookedAtWhole() {
        scan.note(MAPPING).add(0x1000, 0x9000);
        scan.next();
        assertThat(scan.of(ProcMaps.parse(List.of("1000-a000 rw-p 00000000 00:00 0"))
                        .get(0)))
                .isEmpty();
        assertThat(scan.of(ProcMaps.parse(List.of("2000-9000 rw-p 00000000 00:00 0"))
                        .get(0)))
                .isEmpty();
    }

    @Test
    void anotherMappingAtTheSameAddressesIsLookedAtWhole() {
        scan.note(MAPPING).add(0x1000, 0x9000);
        scan.next();
        assertThat(scan.of(ProcMaps.parse(List.of("1000-9000 rw-p 00000000 08:01 77 /file"))
                        .get(0)))
                .isEmpty();
    }

    @Test
    void aMappingThatWasGoneWhenItsPagesWereToBeReadIsLookedAtWhole() {
        scan.note(MAPPING).add(0x1000, 0x9000);
        scan.spoil(0xf00);
        scan.spoil(0x9000);
        scan.next();
        assertThat(scan.of(MAPPING)).isPresent();
        scan.note(MAPPING).add(0x1000, 0x9000);
        scan.spoil(0x8000);
        scan.next();
        assertThat(scan.of(MAPPING)).isEmpty();
    }

    @Test
    void oneWithTooManyHolesIsLookedAtWhole() {
        LastScan.Pages pages = scan.note(MAPPING);
        for (long page = 0; page <= LastScan.Pages.MOST_RUNS; page++) {
            pages.add(2 * page, 2 * page + 1);
        }
        scan.next();
        assertThat(scan.of(MAPPING)).isEmpty();
    }
}
