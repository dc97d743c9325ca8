package io.godwit.source.track;

import io.godwit.linux.SideThread;
import io.godwit.linux.SideWork;
import io.godwit.linux.memory.PagemapScanner;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for what is not protected in a mapping: with several threads in a large one, as the walk over the page tables of 8 GiB takes one of them
 * 3-5 ms, for which the tree stands still in the end.
 */
final class UnprotectedScan implements AutoCloseable {
    /** Where two threads begin to be worth it: another one costs as much as the walk over half of it. */
    static final long LARGE = 512 << 20;

    /** A program that runs is left the other processors. */
    static final int WHILE_IT_RUNS = 2;

    private static final int MOST_THREADS = 8;

    /** Where parts meet, a page table ends too. */
    private static final long TABLE = 2 << 20;

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    /** One for each thread. */
    private final List<PagemapScanner> scanners = new ArrayList<>();

    /** All of them but the caller's. */
    private final List<SideThread> threads = new ArrayList<>();

    UnprotectedScan(PagemapScanner scanner) {
        scanners.add(scanner);
    }

    /** How many threads can look at what stands still on this host. */
    static int whileItStands() {
        return Math.min(PROCESSORS, MOST_THREADS);
    }

    private record Part(long start, long end, Unprotected found) {}

    /**
     * Looks at one mapping.
     *
     * @param most threads that take part
     * @throws IOException if some of it is not registered
     */
    Unprotected of(Vma vma, int most) throws IOException {
        // those of the freeze are there before it
        while (scanners.size() < worth(vma, Math.max(most, whileItStands()))) {
            threads.add(new SideThread("godwit-scan"));
            scanners.add(scanners.get(0).beside());
        }
        List<Part> parts = parts(vma, worth(vma, most));
        List<SideWork<Void>> others = new ArrayList<>(parts.size());
        Unprotected found = parts.get(0).found();
        int ended = 0;
        try {
            for (int i = 1; i < parts.size(); i++) {
                PagemapScanner scanner = scanners.get(i);
                Part part = parts.get(i);
                others.add(threads.get(i - 1).begin(() -> scan(scanner, part)));
            }
            scan(scanners.get(0), parts.get(0));
            while (ended < others.size()) {
                others.get(ended++).await();
                found.add(parts.get(ended).found());
            }
        } catch (IOException | RuntimeException | Error e) {
            others.subList(ended, others.size()).forEach(SideWork::abandon);
            throw e;
        }
        return found;
    }

    private static int worth(Vma vma, int threads) {
        return (int) Math.max(1, Math.min(threads, vma.bytes() / (LARGE / 2)));
    }

    private static List<Part> parts(Vma vma, int count) {
        List<Part> parts = new ArrayList<>(count);
        long start = vma.start();
        for (int i = 1; i <= count; i++) {
            long end = i == count ? vma.end() : vma.start() + vma.bytes() / count * i & -TABLE;
            parts.add(new Part(start, end, new Unprotected(start)));
            start = end;
        }
        return parts;
    }

    private static Void scan(PagemapScanner by, Part part) throws IOException {
        PageWalk.unprotected(
                by,
                part.start(),
                part.end(),
                0,
                (from, to, categories) -> part.found().add(from, to));
        return null;
    }

    /** The scanner that was given stays open. */
    @Override
    public void close() {
        threads.forEach(SideThread::close);
    }
}
