package io.godwit.source.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.ShapeCollector;
import io.godwit.source.collect.VmaKind;
import io.godwit.source.dump.DumpedMemory;
import io.godwit.source.dump.PageDumper;
import io.godwit.source.dump.Sharing;
import io.godwit.source.victim.Puppet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A parent that fills a hundred pages, and a child that it forks and that does what a file tells. */
@Timeout(60)
class ForkedPagesIT {
    private static final int PAGE = 4096;
    private static final int PAGES = 100;

    @TempDir
    Path directory;

    private Puppet parent;
    private int child;
    private long memory;

    @BeforeEach
    void start() throws IOException {
        parent = Puppet.start();
        parent.run("at = mmap(0, " + PAGES + "); fill(at, " + PAGES + ", 'p')");
        memory = parent.number("at");
        parent.run("r, w = os.pipe(); r2, w2 = os.pipe()");
        parent.run("""
                child = os.fork()
                if child == 0:
                    while True:
                        page = os.read(r, 1)[0]
                        fill(at + page * PAGE, 1, 'c')
                        os.write(w2, b'x')
                """);
        child = (int) parent.number("child");
    }

    @AfterEach
    void stop() {
        parent.close();
    }

    private void childWrites(int page) throws IOException {
        parent.run("os.write(w, bytes([" + page + "])); os.read(r2, 1)");
    }

    private void parentWrites(int page) throws IOException {
        parent.run("fill(at + " + page + " * PAGE, 1, 'n')");
    }

    private static MemoryTracker track(int pid) throws IOException {
        return Tracking.WRITE_PROTECT.install(pid, new ReentrantLock(), Duration.ofSeconds(10));
    }

    private Vma mapping(int pid) throws IOException {
        return ProcDirectory.process(pid).maps().stream()
                .filter(vma -> vma.start() <= memory && memory < vma.end())
                .findFirst()
                .orElseThrow();
    }

    private void scan(MemoryTracker tracker, int pid, MemoryTracker.Visitor visitor) throws IOException {
        Vma vma = mapping(pid);
        tracker.scan(vma, VmaKind.of(vma), Pass.RUNNING, visitor);
    }

    private TreeSet<Long> sent(Inheritance inheritance) throws IOException {
        TreeSet<Long> sent = new TreeSet<>();
        inheritance.split(memory, memory + PAGES * PAGE, (start, end, changed) -> {
            if (changed) {
                LongStream.range((start - memory) / PAGE, (end - memory) / PAGE).forEach(sent::add);
            }
        });
        return sent;
    }

    private Inheritance inheritance(boolean still) throws IOException {
        ShapeCollector shape = new ShapeCollector(new HashMap<>());
        shape.add(parent.pid(), 0, parent.pid(), 0);
        shape.add(child, parent.pid(), parent.pid(), 0);
        return ForkedPages.between(
                parent.pid(), shape.space(parent.pid()), child, shape.space(child), still, new ForkedPages.Scratch());
    }

    @Test
    void whatEitherWroteSinceTheForkIsSentAndNothingElse() throws IOException {
        childWrites(7);
        parentWrites(9);
        try (MemoryTracker ofParent = track(parent.pid());
                Inheritance inheritance = inheritance(false)) {
            scan(ofParent, parent.pid(), (start, end, changed) -> {});

            assertThat(sent(inheritance)).containsExactly(7L, 9L);
        }
    }

    /** The frame is the same, but what was read of the parent before is not what is in it now. */
    @Test
    void aPageThatTheParentWroteBetweenItsScanAndTheForkIsSent() throws IOException {
        try (MemoryTracker ofParent = track(parent.pid())) {
            scan(ofParent, parent.pid(), (start, end, changed) -> {});
            parentWrites(9);
            parent.run("child = os.fork()\nif child == 0: time.sleep(1000)");
            child = (int) parent.number("child");
            try (Inheritance running = inheritance(false);
                    Inheritance still = inheritance(true)) {
                assertThat(sent(running)).containsExactly(9L);
                assertThat(sent(still)).isEmpty();
            }
        }
    }

    @Test
    void allIsSentWhereTheParentIsNotTracked() throws IOException {
        try (Inheritance inheritance = inheritance(false)) {
            assertThat(sent(inheritance)).hasSize(PAGES);
        }
    }

    @Test
    void pagesAreEqualByContentToo() throws IOException {
        childWrites(7);
        TreeSet<Long> different = new TreeSet<>();
        try (PageContents contents = new PageContents(parent.pid(), child)) {
            contents.compare(
                    memory,
                    memory + PAGES * PAGE,
                    (start, end, changed) -> {
                        if (changed) {
                            different.add((start - memory) / PAGE);
                        }
                    },
                    page -> page != memory + 50 * PAGE);
        }
        assertThat(different).containsExactly(7L, 50L);
    }

    private static DumpedMemory memory(int pid) throws IOException {
        return DumpedMemory.of(pid, ProcDirectory.process(pid).maps(), Sharing.ALONE);
    }

    /** process_vm_readv(2) would give each process a copy of its own. */
    @Test
    void readingTheMemoryOfTwoProcessesLeavesItShared() throws IOException {
        PageDumper dumper = new PageDumper();
        try (MemoryTracker ofParent = track(parent.pid());
                MemoryTracker ofChild = track(child);
                DirectorySnapshot snapshot = DirectorySnapshot.create(directory, Optional.empty(), HolePuncher.NONE)) {
            dumper.dumpProcess(memory(parent.pid()), ofParent, Pass.RUNNING, snapshot);
            dumper.dumpProcess(memory(child), ofChild, Pass.RUNNING, snapshot);
            try (Inheritance inheritance = inheritance(false)) {
                assertThat(sent(inheritance)).isEmpty();
            }
        }
    }
}
