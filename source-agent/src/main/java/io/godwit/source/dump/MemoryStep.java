package io.godwit.source.dump;

import io.godwit.image.pages.SnapshotSink;
import io.godwit.source.collect.SharedMemory;
import io.godwit.source.collect.TreeCollector;
import io.godwit.source.freeze.FrozenTask;
import io.godwit.source.freeze.FrozenTree;
import io.godwit.source.track.MemoryTracker;
import io.godwit.source.track.Pass;
import io.godwit.source.track.TrackedTask;
import java.io.IOException;
import java.util.Map;

/** Writes the memory of a frozen tree. */
final class MemoryStep {
    private final TreeCollector collector;
    private final SnapshotSink snapshot;
    private final DumpClock clock;
    private final PageDumper pages = new PageDumper();

    MemoryStep(TreeCollector collector, SnapshotSink snapshot, DumpClock clock) {
        this.collector = collector;
        this.snapshot = snapshot;
        this.clock = clock;
    }

    /** What each process has of its own. */
    void tasks(FrozenTree tree, TreeWrites writes, Pass pass) throws IOException {
        Map<Integer, TrackedTask> tasks = TrackedTask.of(tree);
        for (FrozenTask task : tree.alive()) {
            MemoryTracker tracker = writes.tracker(tasks.get(task.pid()));
            clock.tasks(() -> pages.dumpProcess(task.pid(), collector.maps(task.pid()), tracker, pass, snapshot));
        }
    }

    /** What they share, each object once. */
    void shared() throws IOException {
        for (SharedMemory.Segment segment : collector.sharedMemory()) {
            clock.shared(() -> pages.dumpShared(segment, snapshot));
        }
    }
}
