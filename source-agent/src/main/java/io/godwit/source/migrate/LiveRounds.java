package io.godwit.source.migrate;

import io.godwit.image.pages.SnapshotSink;
import io.godwit.linux.cgroup.CgroupMode;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.client.TransferCounters;
import io.godwit.source.cgroup.TreeCgroups;
import io.godwit.source.collect.ShapeCollector;
import io.godwit.source.collect.SharedMemory;
import io.godwit.source.collect.VmaFlags;
import io.godwit.source.collect.VmaKind;
import io.godwit.source.dump.DumpedMemory;
import io.godwit.source.dump.PageDumper;
import io.godwit.source.dump.Sharing;
import io.godwit.source.precopy.RoundSource;
import io.godwit.source.precopy.RoundStats;
import io.godwit.source.track.Inheritance;
import io.godwit.source.track.MemoryTracker;
import io.godwit.source.track.Pass;
import io.godwit.source.track.SharedWrites;
import io.godwit.source.track.TrackedTask;
import io.godwit.source.track.TreeMemory;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** Pre-copy rounds: the memory of a tree that runs, protected, read and sent in one pass over its mappings. */
final class LiveRounds implements RoundSource {
    private final TreeMemory memory;
    private final TargetConnection target;
    private final PageDumper dumper;
    private final boolean viaImages;
    private final CgroupMode cgroups;
    private final Map<Integer, VmaFlags> flags;
    private final LongSupplier waitedNanos;
    private long previousScan;
    private long mappedAnew;
    private Set<TrackedTask> tasks = Set.of();
    private int threads;
    /** Those of the last round. */
    private Map<TrackedTask, List<Vma>> mappings = Map.of();

    /**
     * Rounds of a tree.
     *
     * @param flags of the mappings of the tree's processes, by pid, as far as they are known
     * @param waitedNanos for how long this thread was kept from its work so far, as it will not be in the freeze
     */
    LiveRounds(
            TreeMemory memory,
            TargetConnection target,
            PageDumper dumper,
            boolean viaImages,
            CgroupMode cgroups,
            Map<Integer, VmaFlags> flags,
            LongSupplier waitedNanos) {
        this.waitedNanos = waitedNanos;
        this.memory = memory;
        this.target = target;
        this.dumper = dumper;
        this.viaImages = viaImages;
        this.cgroups = cgroups;
        this.flags = new HashMap<>(flags);
    }

    @Override
    public RoundStats run(int round) throws IOException {
        Set<TrackedTask> found = memory.refresh();
        TransferCounters before = target.counters();
        long waitedBefore = waitedNanos.getAsLong();
        long start = System.nanoTime();
        PageDumper.Counts counts = PageDumper.Counts.NONE;
        try (SnapshotSink snapshot = viaImages ? target.round(round) : target.growingRound(round)) {
            Shape shape = sendShape(found, snapshot);
            tasks = shape.mappings().keySet();
            threads = shape.threads();
            for (Map.Entry<TrackedTask, List<Vma>> task : shape.mappings().entrySet()) {
                counts = counts.plus(dump(task.getKey(), task.getValue(), snapshot));
            }
            if (!viaImages) {
                counts = counts.plus(dumpShared(shape, snapshot));
            }
            snapshot.finish();
            mappings = shape.mappings();
        }
        long sent = System.nanoTime();
        long since = previousScan == 0 ? 0 : start - previousScan;
        previousScan = start;
        // where the link sets the pace it carries what is queued meanwhile
        TransferCounters after = target.counters();
        long blocked = after.blockedNanos() - before.blockedNanos();
        long waited = Math.max(0, waitedNanos.getAsLong() - waitedBefore - blocked);
        return count(new RoundStats(
                        round,
                        counts.sent(),
                        after.wireBytes() - before.wireBytes(),
                        counts.changed(),
                        RoundStats.NOT_COUNTED,
                        0,
                        sent - start,
                        since)
                .waited(Math.min(waited, sent - start))
                .limited(after.pacedNanos() - before.pacedNanos(), after.unlimitedBytesPerSecond()));
    }

    @Override
    public RoundStats count(RoundStats round) throws IOException {
        long start = System.nanoTime();
        long left = countLeft(tasks);
        return round.withLeft(left, System.nanoTime() - start);
    }

    /**
     * What is to be sent in this round.
     *
     * @param mappings of each process
     * @param threads of all
     */
    private record Shape(Map<TrackedTask, List<Vma>> mappings, int threads, List<SharedMemory.Segment> shared) {
        /** What a process of this round has mapped; the target has no other. */
        List<SharedMemory.Segment> mapped() {
            Set<Long> inodes = new HashSet<>();
            for (List<Vma> maps : mappings.values()) {
                for (Vma vma : maps) {
                    if (VmaKind.of(vma).sharedPages()) {
                        inodes.add(vma.inode());
                    }
                }
            }
            return shared.stream()
                    .filter(object -> inodes.contains(object.inode()))
                    .toList();
        }
    }

    private Shape sendShape(Set<TrackedTask> tasks, SnapshotSink snapshot) throws IOException {
        Map<TrackedTask, List<Vma>> mappings = new LinkedHashMap<>();
        Set<Integer> parents = new HashSet<>();
        ShapeCollector shape = new ShapeCollector(flags);
        for (TrackedTask task : tasks) {
            // one that is left out is ended at the target, and if it is in neither its own session nor its parent's it
            // can not be made again
            if (parents.isEmpty() || parents.contains(task.parent())) {
                Optional<List<Vma>> read =
                        process(task).look(() -> shape.add(task.pid(), task.parent(), task.session(), task.terminal()));
                if (read.isPresent()) {
                    mappings.put(task, read.get());
                    parents.add(task.pid());
                    continue;
                }
            }
            memory.forget(task);
        }
        shape.write(snapshot, TreeCgroups.ofRunning(shape.pids(), cgroups));
        if (!viaImages) {
            target.grow();
            memory.forks().begin(shape.pids(), shape::space);
        }
        return new Shape(mappings, shape.threads(), shape.sharedMemory());
    }

    private ChangingProcess process(TrackedTask task) {
        return new ChangingProcess() {
            @Override
            public boolean same() throws IOException {
                return memory.stillTracks(task);
            }

            @Override
            public boolean lives() {
                return TreeMemory.isThere(task);
            }
        };
    }

    private PageDumper.Counts dump(TrackedTask task, List<Vma> maps, SnapshotSink snapshot) throws IOException {
        try (Inheritance inherited = memory.forks().inheritance(task.pid(), task.parent(), false)) {
            Sharing sharing = new Sharing(inherited, true, memory.sent(task));
            DumpedMemory process = DumpedMemory.of(task.pid(), maps, sharing)
                    .withHugePages(flags.get(task.pid()), mappings.getOrDefault(task, List.of()));
            return dumper.dumpProcess(process, memory.of(task), Pass.RUNNING, snapshot);
        } catch (IOException e) {
            if (memory.stillTracks(task)) {
                throw e;
            }
            return PageDumper.Counts.NONE;
        }
    }

    private PageDumper.Counts dumpShared(Shape shape, SnapshotSink snapshot) throws IOException {
        SharedWrites shared = memory.shared();
        List<SharedMemory.Segment> objects = shape.mapped();
        shared.keepOnly(objects);
        if (!objects.isEmpty()) {
            Set<TrackedTask> scanned =
                    shared.look(shape.mappings(), this::scanShared, memory.family(), true, Pass.RUNNING);
            for (TrackedTask task : scanned) {
                endShared(task);
            }
        }
        PageDumper.Counts counts = PageDumper.Counts.NONE;
        for (SharedMemory.Segment object : objects) {
            counts = counts.plus(dumper.dumpShared(object, shared.of(object), Pass.RUNNING, snapshot));
        }
        return counts;
    }

    private void endShared(TrackedTask task) throws IOException {
        try {
            memory.of(task).end(Pass.RUNNING);
        } catch (IOException e) {
            if (memory.stillTracks(task)) {
                throw e;
            }
        }
    }

    /** Of a process that ended meanwhile nobody can tell what it has written. */
    private void scanShared(TrackedTask task, Vma vma, MemoryTracker.Visitor visitor) throws IOException {
        try {
            memory.of(task).scanShared(vma, Pass.RUNNING, visitor);
        } catch (IOException e) {
            if (memory.stillTracks(task)) {
                throw e;
            }
            visitor.mappedAnew(vma.start(), vma.end());
        }
    }

    /** Flags of mappings that were read since, by pid. */
    void know(Map<Integer, VmaFlags> read) {
        flags.putAll(read);
    }

    /** The processes of the last round. */
    List<Integer> pids() {
        return tasks.stream().map(TrackedTask::pid).toList();
    }

    /** How many threads they had. */
    int threads() {
        return threads;
    }

    /** Grows by each mapping that was not tracked before when a round or a count came to it, and changes with the processes. */
    long mappedAnew() {
        return mappedAnew;
    }

    private long countLeft(Set<TrackedTask> tasks) throws IOException {
        long left = 0;
        mappedAnew = 0;
        if (!viaImages) {
            memory.shared().findGone();
        }
        for (TrackedTask task : tasks) {
            try {
                long written = written(task);
                mappedAnew += memory.of(task).mappedAnew();
                if (written == MemoryTracker.NOT_COUNTED) {
                    return RoundStats.NOT_COUNTED;
                }
                left += written;
            } catch (IOException e) {
                if (memory.stillTracks(task)) {
                    throw e;
                }
            }
        }
        return left;
    }

    private long written(TrackedTask task) throws IOException {
        long written = 0;
        for (Vma vma : ProcDirectory.process(task.pid()).maps()) {
            VmaKind kind = VmaKind.of(vma);
            long count = 0;
            if (kind.privatePages()) {
                count = memory.of(task).countWritten(vma, kind);
            } else if (!viaImages && kind == VmaKind.ANON_SHARED) {
                count = memory.of(task).countWrittenShared(vma);
            }
            if (count == MemoryTracker.NOT_COUNTED) {
                return count;
            }
            written += count;
        }
        return written;
    }
}
