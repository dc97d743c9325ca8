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
import java.util.List;
import java.util.Map;

/** Writes the memory of a frozen tree. */
final class MemoryStep {
    private final TreeCollector collector;
    private final SnapshotSink snapshot;
    private final DumpClock clock;
    private final PageDumper pages = new PageDumper();

    private final LeftMemory left;

    /** @param left takes note of what may be asked for later and stays with the processes; null if all is written */
    MemoryStep(TreeCollector collector, SnapshotSink snapshot, DumpClock clock, LeftMemory left) {
        this.collector = collector;
        this.snapshot = snapshot;
        this.clock = clock;
        this.left = left;
    }

    /** What each process has of its own. */
    void tasks(FrozenTree tree, TreeWrites writes, Pass pass) throws IOException {
        Map<Integer, TrackedTask> tasks = TrackedTask.of(tree);
        for (FrozenTask task : tree.alive()) {
            MemoryTracker tracker = writes.tracker(tasks.get(task.pid()));
            OnDemand onDemand = OnDemand.of(collector.space(task.pid()).getVmasList(), stackPointers(task), left);
            DumpedMemory process = DumpedMemory.ofImages(
                    task.pid(), collector.number(task.pid()), collector.maps(task.pid()), onDemand);
            clock.tasks(() -> pages.dumpProcess(process, tracker, pass, snapshot));
        }
    }

    private static List<Long> stackPointers(FrozenTask task) {
        return task.threads().stream().map(thread -> thread.registers().rsp()).toList();
    }

    /** What they share, each object once. */
    void shared() throws IOException {
        for (SharedMemory.Segment segment : collector.sharedMemory()) {
            clock.shared(() -> pages.dumpShared(segment, snapshot));
        }
    }
}
