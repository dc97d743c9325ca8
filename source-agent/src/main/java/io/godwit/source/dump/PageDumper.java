package io.godwit.source.dump;

import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.SharedMemory;
import io.godwit.source.collect.VmaKind;
import io.godwit.source.track.CopyOnWritePages;
import io.godwit.source.track.MemoryTracker;
import io.godwit.source.track.ObjectWrites;
import io.godwit.source.track.Pass;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Writes the pages of processes and of shared memory objects into a snapshot. Used by one thread. */
public final class PageDumper {
    private final NativeMemory buffer = PageRuns.buffer();
    private final NativeMemory words = CopyOnWritePages.words();
    private final SharedObjectDumper shared;
    private final Runnable rest;

    public PageDumper() {
        this(() -> {});
    }

    /**
     * A dumper for processes that run, and stand still in the end.
     *
     * @param rest what the thread does after each piece that it has read; nothing while they stand still
     */
    public PageDumper(Runnable rest) {
        this.rest = rest;
        this.shared = new SharedObjectDumper(buffer, rest);
    }

    /**
     * How many pages a dump told of.
     *
     * @param changed written, or not known not to be
     * @param sent of these, all but those that hold what they held when they were sent last
     * @param unchanged left to the parent
     * @param left with the process
     */
    public record Counts(long changed, long sent, long unchanged, long left) {
        public static final Counts NONE = new Counts(0, 0, 0, 0);

        public Counts plus(Counts other) {
            return new Counts(
                    changed + other.changed, sent + other.sent, unchanged + other.unchanged, left + other.left);
        }
    }

    /**
     * Dumps the private pages of a process.
     *
     * @param pass how the process is meanwhile
     */
    public Counts dumpProcess(DumpedMemory process, MemoryTracker tracker, Pass pass, SnapshotSink snapshot)
            throws IOException {
        int pid = process.pid();
        List<Vma> maps = process.maps();
        Sharing sharing = process.sharing();
        try (MemoryReader reader = new MemoryReader(pid, !pass.frozen());
                CopyOnWritePages shared = sharing.kept() ? CopyOnWritePages.open(pid, words) : null;
                PageSink sink = snapshot.pages(new PagemapId(PagemapId.Kind.TASK, process.number()))) {
            HugePages.tell(pid, process.mayBeHuge(), sink);
            process.onDemand().tell(sink);
            sharing.sent().begin(pass);
            PageRuns runs = new PageRuns(reader, shared, sharing.sent(), tracker::unread, buffer, rest);
            Optional<LeftPages> left =
                    process.onDemand().left().map(memory -> new LeftPages(pid, memory, process.onDemand(), runs, sink));
            MemoryTracker.Visitor add = left.<MemoryTracker.Visitor>map(pages -> pages::add)
                    .orElse((start, end, changed) -> runs.add(start, end, changed, sink));
            MemoryTracker.Visitor found = new MemoryTracker.Visitor() {
                @Override
                public void pages(long start, long end, boolean changed) throws IOException {
                    if (changed) {
                        sharing.inherited().split(start, end, add);
                    } else {
                        add.pages(start, end, false);
                    }
                }

                @Override
                public void mappedAnew(long start, long end) {
                    sharing.sent().lost(start, end);
                }
            };
            for (Vma vma : tracker.begin(maps, pass)) {
                VmaKind kind = VmaKind.of(vma);
                if (kind.privatePages()) {
                    tracker.scan(vma, kind, pass, found);
                }
            }
            tracker.end(pass);
            runs.finish(sink);
            return new Counts(
                    runs.changedPages(),
                    runs.sentPages(),
                    runs.unchangedPages(),
                    left.map(LeftPages::pages).orElse(0L));
        }
    }

    /** As {@link #dumpShared(SharedMemory.Segment, ObjectWrites, Pass, SnapshotSink)}, where nothing was sent before. */
    Counts dumpShared(SharedMemory.Segment segment, SnapshotSink snapshot) throws IOException {
        try (ObjectWrites unknown = ObjectWrites.unknown()) {
            return dumpShared(segment, unknown, Pass.LAST, snapshot);
        }
    }

    /**
     * Dumps a shared memory object, of which every task sees the same; holes in it stay holes.
     *
     * @param writes what may have changed since it was sent
     * @param pass how the tree is meanwhile; if it runs, an object that is gone by now is left out
     */
    public Counts dumpShared(SharedMemory.Segment segment, ObjectWrites writes, Pass pass, SnapshotSink snapshot)
            throws IOException {
        return shared.dump(segment, writes, pass, snapshot);
    }
}
