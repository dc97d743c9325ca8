package io.godwit.linux.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagemapScannerTest {
    private static final int PAGE = 4096;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MAP_NORESERVE = 0x4000;

    /** 512 is how many regions the kernel collects before it copies them out, 2048 how many it is asked for at once. */
    @ParameterizedTest
    @ValueSource(ints = {1, 511, 512, 513, 1500, 2047, 2048, 2049, 4096, 5000})
    void scatteredPagesAreReportedOnceAndInOrder(int pages) throws IOException {
        long bytes = 2L * pages * PAGE;
        long start = Kernel.check(
                Kernel.syscall(Syscall.MMAP, 0, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0),
                "mmap",
                "memory");
        try (PagemapScanner scanner =
                PagemapScanner.open((int) ProcessHandle.current().pid())) {
            List<Long> expected = new ArrayList<>();
            for (long page = start; page < start + bytes; page += 2 * PAGE) {
                touch(page);
                expected.add(page);
            }

            List<Long> found = new ArrayList<>();
            scanner.scan(start, start + bytes, 0, 0, PageCategory.PRESENT, 0, PageCategory.PRESENT, (from, to, all) -> {
                assertThat(to - from).isEqualTo(PAGE);
                found.add(from);
            });

            assertThat(found).isEqualTo(expected);
        } finally {
            Kernel.check(Kernel.syscall(Syscall.MUNMAP, start, bytes), "munmap", "memory");
        }
    }

    @Test
    void aMappingOfManyStretchesIsWalkedWhole() throws IOException {
        long bytes = 64 * PagemapScanner.STRETCH;
        long start = Kernel.check(
                Kernel.syscall(Syscall.MMAP, 0, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS | MAP_NORESERVE, -1, 0),
                "mmap",
                "memory");
        try (PagemapScanner scanner =
                PagemapScanner.open((int) ProcessHandle.current().pid())) {
            long border = (start + PagemapScanner.STRETCH) & -PagemapScanner.STRETCH;
            List<Long> expected = List.of(
                    border - PAGE, border, start + 33 * PagemapScanner.STRETCH + 5 * PAGE, start + bytes - PAGE);
            for (long page : expected) {
                touch(page);
            }

            List<Long> found = new ArrayList<>();
            scanner.scan(start, start + bytes, 0, 0, PageCategory.PRESENT, 0, PageCategory.PRESENT, (from, to, all) -> {
                for (long page = from; page < to; page += PAGE) {
                    found.add(page);
                }
            });

            assertThat(found).isEqualTo(expected);
        } finally {
            Kernel.check(Kernel.syscall(Syscall.MUNMAP, start, bytes), "munmap", "memory");
        }
    }

    private static void touch(long page) throws IOException {
        Kernel.check(Kernel.syscall(Syscall.CLOCK_GETTIME, 1, page), "clock_gettime", "memory");
    }
}
