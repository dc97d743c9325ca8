package io.godwit.source.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.godwit.linux.memory.PagemapScanner;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.CannotMoveException;
import io.godwit.source.dump.PageDumper;
import io.godwit.source.victim.Puppet;
import io.godwit.source.victim.Rounds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a process does to its mappings between two rounds, the image of the last holds its memory. */
@Timeout(60)
class TrackerIT {
    private static final String READ_WRITE_FILE = "f = open('%s/file', 'wb+'); f.write(data('old', 64)); f.flush()";

    @TempDir
    Path directory;

    private Puppet victim;
    private MemoryTracker tracker;
    private Rounds rounds;

    @BeforeEach
    void start() throws IOException {
        victim = Puppet.start();
        tracker = TrackerInstaller.install(victim.pid(), new ReentrantLock(), Duration.ofSeconds(10));
        rounds = new Rounds(victim.pid(), tracker, directory);
    }

    @AfterEach
    void stop() throws IOException {
        tracker.close();
        victim.close();
    }

    private void file() throws IOException {
        victim.run(READ_WRITE_FILE.formatted(directory));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing                 | pass",
                "written                 | fill(p + 5 * PAGE, 3, 'new')",
                "read in by the kernel   | r, w = os.pipe(); os.write(w, b'new' * 999); "
                        + "libc.read(r, V(p + 7 * PAGE + 9), L(2000))",
                "unmapped                | munmap(p + 8 * PAGE, 8)",
                "mapped anew             | munmap(p + 8 * PAGE, 8); mmap(p + 8 * PAGE, 8); fill(p + 9 * PAGE, 2, 'new')",
                "mapped over             | mmap(p, 64); fill(p + 20 * PAGE, 2, 'new')",
                "mapped over by a file   | mmap(p + 4 * PAGE, 8, RW, PRIVATE, f.fileno()); fill(p + 6 * PAGE, 1, 'new')",
                "moved                   | q = mmap(0, 64); mremap(p + 8 * PAGE, 8, 8, 3, q + 8 * PAGE)",
                "moved back              | q = mmap(0, 8); mremap(p + 8 * PAGE, 8, 8, 3, q); fill(q, 1, 'new'); "
                        + "mremap(q, 8, 8, 3, p + 8 * PAGE)",
                "moved one page up       | q = mmap(0, 8); mremap(p + 8 * PAGE, 8, 8, 3, q); "
                        + "mremap(q, 8, 8, 3, p + 9 * PAGE)",
                "left by a move          | q = mmap(0, 8); mremap(p + 8 * PAGE, 8, 8, 7, q); fill(p + 9 * PAGE, 1, 'new')",
                "grown                   | q = mremap(p, 64, 128, 1); fill(q + 64 * PAGE, 64, 'new')",
                "shrunk and grown        | mremap(p, 64, 32); q = mremap(p, 32, 64, 1); fill(q + 40 * PAGE, 2, 'new')",
                "given back              | madvise(p + 8 * PAGE, 8, 4)",
                "given back, written     | madvise(p + 8 * PAGE, 8, 4); fill(p + 9 * PAGE, 2, 'new')",
                "freed lazily            | madvise(p + 8 * PAGE, 8, 8); fill(p + 9 * PAGE, 2, 'new')",
                "protected               | mprotect(p + 8 * PAGE, 8, 0)",
                "written, protected      | fill(p + 9 * PAGE, 2, 'new'); mprotect(p + 8 * PAGE, 8, 0)",
                "protected back and forth| mprotect(p + 8 * PAGE, 8, R); mprotect(p + 8 * PAGE, 8, RW); "
                        + "fill(p + 9 * PAGE, 2, 'new')",
                "guarded and unguarded   | madvise(p + 8 * PAGE, 4, 102); madvise(p + 8 * PAGE, 4, 103); "
                        + "fill(p + 9 * PAGE, 1, 'new')",
                "not in core dumps       | madvise(p + 8 * PAGE, 4, 16); fill(p + 9 * PAGE, 1, 'new')",
                "huge                    | madvise(p, 64, 14)",
                "forked and written      | c = os.fork() or time.sleep(99); fill(p + 9 * PAGE, 2, 'new'); os.kill(c, 9)",
                "wiped on fork           | madvise(p, 64, 18); fill(p + 9 * PAGE, 1, 'new')",
            })
    void anonymousMemoryIsRightAfterItWas(String what, String change) throws IOException {
        file();
        victim.run("p = mmap(0, 64); fill(p, 48, 'old')");
        rounds.live();
        victim.run(change);
        rounds.live();
        rounds.lastIsRight();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "written        | fill(p + 9 * PAGE, 2, 'new')",
                "given back     | madvise(p + 8 * PAGE, 8, 4)",
                "given back, read | madvise(p + 8 * PAGE, 8, 4); ctypes.string_at(p + 8 * PAGE, 8 * PAGE)",
                "given back, read, written | madvise(p + 8 * PAGE, 8, 4); ctypes.string_at(p + 8 * PAGE, 8 * PAGE); "
                        + "fill(p + 9 * PAGE, 2, 'new')",
                "given back, written | madvise(p + 8 * PAGE, 8, 4); fill(p + 9 * PAGE, 2, 'new')",
                "cut            | f.truncate(10 * PAGE)",
                "cut and grown  | f.truncate(10 * PAGE); f.truncate(64 * PAGE)",
                "cut, grown and written | f.truncate(10 * PAGE); f.truncate(64 * PAGE); fill(p + 15 * PAGE, 2, 'new')",
                "mapped anew    | mmap(p, 64, RW, PRIVATE, f.fileno())",
                "mapped over    | mmap(p, 64)",
                "mapped shared  | mmap(p, 64, RW, SHARED, f.fileno()); fill(p + 9 * PAGE, 2, 'new')",
                "written in the file | os.pwrite(f.fileno(), data('file', 64), 0)",
                "punched        | libc.fallocate(f.fileno(), 3, L(4 * PAGE), L(20 * PAGE))",
                "moved          | q = mmap(0, 64); mremap(p + 8 * PAGE, 8, 8, 3, q + 8 * PAGE)",
                "protected      | mprotect(p + 8 * PAGE, 8, 0)",
            })
    void privateMappingsOfFilesAreRightAfterTheyWere(String what, String change) throws IOException {
        file();
        victim.run(
                "p = mmap(0, 64, RW, PRIVATE, f.fileno()); ctypes.string_at(p, 64 * PAGE); fill(p + 6 * PAGE, 20, 'old')");
        rounds.live();
        victim.run(change);
        rounds.live();
        rounds.lastIsRight();
    }

    /** They are made after the last look at a tree that runs. */
    @Test
    void guardPagesAreRefusedWhenTheProcessStandsStill() throws IOException {
        victim.run("p = mmap(0, 64); fill(p, 48, 'old')");
        rounds.live();
        victim.run("madvise(p + 8 * PAGE, 4, 102)");
        rounds.live();

        assertThatThrownBy(rounds::lastIsRight)
                .isInstanceOf(CannotMoveException.class)
                .hasMessageContaining("guard pages")
                .hasMessageContaining("process " + victim.pid());
    }

    /** It stands still in each round; by the last one they are gone. */
    @Test
    void guardPagesPassInARoundThatStopsTheProcessForDirectIo() throws IOException {
        victim.run("f = os.open('%s/direct', os.O_RDWR | os.O_CREAT | os.O_DIRECT)".formatted(directory));
        victim.run("p = mmap(0, 64); fill(p, 48, 'old')");
        rounds.live();
        victim.run("madvise(p + 8 * PAGE, 4, 102)");
        rounds.live();
        victim.run("madvise(p + 8 * PAGE, 4, 103); fill(p + 9 * PAGE, 1, 'new')");
        rounds.lastIsRight();
    }

    @Test
    void privateMappingsOfMemfdsAndOfDevZeroAreRight() throws IOException {
        victim.run("m = os.memfd_create('x'); os.write(m, data('memfd', 16)); z = os.open('/dev/zero', os.O_RDWR)");
        victim.run("p = mmap(0, 16, RW, PRIVATE, m); q = mmap(0, 16, RW, PRIVATE, z)");
        victim.run("fill(p + PAGE, 4, 'old'); fill(q + PAGE, 4, 'old')");
        rounds.live();
        victim.run("fill(p + 2 * PAGE, 1, 'new'); fill(q + 2 * PAGE, 1, 'new'); madvise(p + 3 * PAGE, 1, 4)");
        rounds.lastIsRight();
    }

    @Test
    void aListOfMappingsThatIsOutOfDateLosesNothing() throws IOException {
        victim.run("p = mmap(0, 6000); fill(p, 6000, 'old')");
        rounds.live();
        List<Vma> before = ProcDirectory.process(victim.pid()).maps();
        victim.run("for i in range(0, 5000, 2): fill(p + i * PAGE, 1, 'new')");
        victim.run("q = mmap(0, 400); mmap(p + 5500 * PAGE, 100); fill(p + 5550 * PAGE, 3, 'new')");
        victim.run(
                "mremap(p + 5700 * PAGE, 100, 100, 3, q); munmap(p + 5800 * PAGE, 10); fill(p + 5990 * PAGE, 5, 'x')");
        rounds.live(before);
        rounds.lastIsRight();
    }

    @Test
    void aMappingThatIsGoneWhenItsTurnComesIsNotTakenAsUnchanged() throws IOException {
        rounds.live();
        victim.run("p = mmap(0, 100); fill(p, 100, 'old')");
        List<Vma> before = ProcDirectory.process(victim.pid()).maps();
        victim.run("munmap(p, 100)");
        rounds.live(before);
        rounds.lastIsRight();
    }

    @Test
    void holesOfAMappingThatIsGoneWhenItsTurnComesAreNotTakenAsUnchangedPages() throws IOException {
        victim.run("p = mmap(0, 2000); fill(p, 1000, 'old'); fill(p + 1500 * PAGE, 500, 'old')");
        rounds.live();
        List<Vma> before = ProcDirectory.process(victim.pid()).maps();
        long whole = rounds.live(before).unchanged();
        victim.run("munmap(p, 2000)");
        assertTrue(rounds.live(before).unchanged() <= whole);
        rounds.lastIsRight();
    }

    @Test
    void aScanThatFailsAfterItReportedPagesGoesOnFromThere() throws IOException {
        victim.run("p = mmap(0, 9000); fill(p, 9000, 'old')");
        rounds.live();
        List<Vma> before = ProcDirectory.process(victim.pid()).maps();
        victim.run("for i in range(0, 8000, 2): fill(p + i * PAGE, 1, 'new')");
        victim.run("mmap(p + 8500 * PAGE, 100); fill(p + 8550 * PAGE, 3, 'new')");
        rounds.live(before);
        rounds.lastIsRight();
    }

    @Test
    void theHeapIsRightAfterItShrankAndGrew() throws IOException {
        victim.run("b = libc.sbrk(L(64 * PAGE)); a = (b + 4095) & ~4095; fill(a, 60, 'old')");
        rounds.live();
        victim.run("libc.sbrk(ctypes.c_ssize_t(-48 * PAGE)); libc.sbrk(L(48 * PAGE)); fill(a + 40 * PAGE, 3, 'new')");
        rounds.lastIsRight();
    }

    @Test
    void theStackIsRightAfterItGrew() throws IOException {
        rounds.live();
        victim.run(
                "def deep(n): return libc.getpid() if n == 0 else deep(n - 1)\nsys.setrecursionlimit(5000)\ndeep(900)");
        victim.run("import re; a = ctypes.create_string_buffer(1 << 20)");
        rounds.lastIsRight();
    }

    @Test
    void aHugePageIsSplitByItsFirstWrite() throws IOException {
        victim.run("q = mmap(0, 2048); p = (q + (1 << 21) - 1) & -(1 << 21); madvise(p, 512, 14); fill(p, 512, 'old')");
        rounds.live();
        victim.run("fill(p + 77 * PAGE, 1, 'new')");
        assertTrue(rounds.live().changed() < 400);
        rounds.lastIsRight();
    }

    /** Two threads look at it, which meet in the middle. */
    @Test
    void aLargeMappingIsRightWhereverItWasWritten() throws IOException {
        long pages = UnprotectedScan.LARGE / 4096 + 1027;
        victim.run("n = %d; p = mmap(0, n); half = (p + n * PAGE // 2) & -(1 << 21)".formatted(pages));
        victim.run("fill(p, 900, 'old'); fill(half - 700 * PAGE, 1400, 'old'); fill(p + (n - 800) * PAGE, 800, 'old')");
        rounds.live();
        assertTrue(rounds.live().unchanged() >= 900 + 1400 + 800);
        victim.run("fill(p + 5 * PAGE, 2, 'new'); fill(half - PAGE, 2, 'new'); fill(p + (n - 1) * PAGE, 1, 'new')");
        rounds.live();
        victim.run(
                "fill(half - 3 * PAGE, 9, 'newer'); madvise(half - 2 * PAGE, 4, 4); fill(p + n // 3 * PAGE, 1, 'x')");
        assertTrue(rounds.lastIsRight().changed() < 500);
    }

    @Test
    void allThreadsTogetherFindWhatOneFinds() throws IOException {
        long pages = 5 * UnprotectedScan.LARGE / 2 / 4096 + 1027;
        victim.run("n = %d; p = mmap(0, n); parts = [(p + n * PAGE // 5 * i) & -(1 << 21) for i in range(1, 5)]"
                .formatted(pages));
        victim.run("fill(p, 900, 'old'); [fill(at - 70 * PAGE, 140, 'old') for at in parts]");
        rounds.live();
        victim.run("fill(p, 2, 'new'); [fill(at - i * PAGE, 3, 'new') for i, at in enumerate(parts)]");
        victim.run("fill(p + (n - 1) * PAGE, 1, 'new')");
        Vma vma = ProcDirectory.process(victim.pid()).maps().stream()
                .filter(each -> each.bytes() == pages * 4096)
                .findFirst()
                .orElseThrow();
        try (PagemapScanner scanner = PagemapScanner.open(victim.pid())) {
            UnprotectedScan scan = new UnprotectedScan(scanner);
            List<List<Long>> alone = gaps(vma, scan.of(vma, 1));
            assertThat(alone).hasSize(9);
            for (int threads : new int[] {2, 5, 3}) {
                assertEquals(alone, gaps(vma, scan.of(vma, threads)), threads + " threads");
            }
        }
    }

    private static List<List<Long>> gaps(Vma vma, Unprotected found) throws IOException {
        List<List<Long>> gaps = new ArrayList<>();
        found.protectedUpTo(vma.end(), (start, end) -> gaps.add(List.of(start, end)));
        return gaps;
    }

    @Test
    void aLargeMappingThatIsMappedAnewIsSentAnew() throws IOException {
        long pages = UnprotectedScan.LARGE / 4096;
        victim.run(
                "n = %d; p = mmap(0, n); fill(p, 100, 'old'); fill(p + (n - 100) * PAGE, 100, 'old')".formatted(pages));
        rounds.live();
        victim.run("mmap(p + (n - 90) * PAGE, 50); fill(p + (n - 70) * PAGE, 2, 'new'); mmap(p + 7 * PAGE, 1)");
        rounds.lastIsRight();
    }

    @Test
    void whatOneRoundSentTheNextLeavesToIt() throws IOException {
        victim.run("p = mmap(0, 5000); fill(p, 5000, 'old')");
        rounds.live();
        assertTrue(rounds.live().unchanged() >= 5000);
        assertTrue(rounds.lastIsRight().changed() < 500);
    }

    @Test
    void aRoundInTheFreezeIsFollowedByOthers() throws IOException {
        file();
        victim.run(
                "p = mmap(0, 5000); fill(p, 5000, 'old'); q = mmap(0, 64, RW, PRIVATE, f.fileno()); fill(q, 9, 'old')");
        rounds.frozen();
        assertTrue(rounds.frozen().changed() < 500);
        victim.run("fill(p + 77 * PAGE, 3, 'new'); madvise(p + 200 * PAGE, 8, 4); fill(p + 203 * PAGE, 2, 'new')");
        victim.run("fill(q + 3 * PAGE, 20, 'new'); madvise(q + 8 * PAGE, 1, 4); r = mmap(0, 64); fill(r, 64, 'r')");
        PageDumper.Counts counts = rounds.frozen();
        assertTrue(counts.changed() > 60 && counts.changed() < 500, counts.toString());
        victim.run("fill(p + 78 * PAGE, 3, 'newer'); munmap(r, 32)");
        rounds.lastIsRight();
    }

    @Test
    void memoryWithoutAccessIsReadAndZeroPagesAreNotSent() throws IOException {
        victim.run(
                "p = mmap(0, 3000); ctypes.string_at(p, 3000 * PAGE); q = mmap(0, 8); fill(q, 8, 'x'); mprotect(q, 8, 0)");
        assertTrue(rounds.live().changed() < 2900 + 4000);
        rounds.lastIsRight();
    }

    /** A slow device: the block layer holds the read back while its pages are pinned already. */
    @Test
    void whatADeviceIsStillWritingWhenItsPagesAreReadIsReadAgain() throws IOException {
        try (SlowDisk disk = SlowDisk.open(directory)) {
            victim.run("f = os.open('%s', os.O_RDONLY | os.O_DIRECT)".formatted(disk.file()));
            victim.run("p = mmap(0, 256); fill(p, 256, 'old')");
            rounds.live();
            disk.slowDown(victim.pid());
            victim.run("t = threading.Thread(target=lambda: libc.pread(f, V(p), L(256 * PAGE), L(0))); t.start()");
            disk.awaitRead(victim.pid());
            rounds.live();
            victim.run("t.join()");
            rounds.lastIsRight();
        }
    }

    /** The kernel reads the list piece by piece, and what changes in between can show up in both pieces. */
    @Test
    void noAddressIsListedTwiceThoughMappingsChangeWhileTheyAreListed() throws IOException {
        victim.run("p = mmap(0, 4000)");
        victim.run("""
                def churn():
                    n = 0
                    while True:
                        n += 1
                        mprotect(p + (n * 37 % 3900) * PAGE, 3, 1)
                        munmap(p + (n * 91 % 3900) * PAGE, 50); mmap(p + (n * 91 % 3900) * PAGE, 50)
                        if n % 50 == 0: mprotect(p, 4000, RW)
                threading.Thread(target=churn, daemon=True).start()
                """);
        for (int i = 0; i < 3000; i++) {
            long end = 0;
            for (Vma vma : ProcDirectory.process(victim.pid()).maps()) {
                assertTrue(
                        Long.compareUnsigned(vma.start(), end) >= 0, vma + " begins before " + Long.toHexString(end));
                end = vma.end();
            }
        }
    }

    @Test
    void pagesThatVanishAndComeBackWhileTheyAreReadAreRightInTheEnd() throws IOException {
        victim.run("p = mmap(0, 4000); fill(p, 4000, 'old'); go = True");
        victim.run("""
                def churn():
                    n = 0
                    while go:
                        n += 1
                        at = p + (n * 37 % 3900) * PAGE
                        munmap(at, 50); mmap(at, 50); fill(at, 7, 'c' + str(n))
                        madvise(p + (n * 91 % 3900) * PAGE, 60, 4)
                        fill(p + (n * 53 % 3900) * PAGE, 5, 'd' + str(n))
                        mprotect(p + (n * 19 % 3900) * PAGE, 3, 0); mprotect(p, 4000, RW)
                t = threading.Thread(target=churn, daemon=True); t.start()
                """);
        for (int i = 0; i < 12; i++) {
            rounds.live();
        }
        rounds.lastIsRight();
        victim.run("go = False; t.join()");
        assertEquals(victim.pid(), victim.number("os.getpid()"));
    }
}
