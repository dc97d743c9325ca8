package io.godwit.source.migrate;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.page.client.TargetConnection;
import io.godwit.source.collect.VmaKind;
import io.godwit.source.dump.PageDumper;
import io.godwit.source.freeze.TaskIdentity;
import io.godwit.source.precopy.RoundSource;
import io.godwit.source.precopy.RoundStats;
import io.godwit.source.track.MemoryTracker;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Pre-copy rounds: the memory of a tree that runs, protected, read and sent in one pass over its mappings. */
final class LiveRounds implements RoundSource {
    /** Version 0 marks a snapshot of memory alone, which can not be restored from. */
    private static final InventoryEntry PRE_DUMP =
            InventoryEntry.newBuilder().setImgVersion(0).build();

    private final TreeMemory memory;
    private final TargetConnection target;
    private final PageDumper dumper;
    private final byte[] inventory = ImageEncoder.encode(ImageKind.INVENTORY, List.of(PRE_DUMP));
    private long previousScan;

    LiveRounds(TreeMemory memory, TargetConnection target, PageDumper dumper) {
        this.memory = memory;
        this.target = target;
        this.dumper = dumper;
    }

    @Override
    public RoundStats run(int round) throws IOException {
        Set<TaskIdentity> tasks = memory.refresh();
        long wireBefore = target.counters().wireBytes();
        long start = System.nanoTime();
        PageDumper.Counts counts = PageDumper.Counts.NONE;
        try (SnapshotSink snapshot = target.round(round)) {
            for (TaskIdentity task : tasks) {
                counts = counts.plus(dump(task, snapshot));
            }
            snapshot.image(ImageKind.INVENTORY.fileName(), inventory);
            snapshot.finish();
        }
        long sent = System.nanoTime();
        long since = previousScan == 0 ? 0 : start - previousScan;
        previousScan = start;
        return new RoundStats(
                round,
                counts.changed(),
                target.counters().wireBytes() - wireBefore,
                counts.changed(),
                countLeft(tasks),
                0,
                sent - start,
                since);
    }

    private PageDumper.Counts dump(TaskIdentity task, SnapshotSink snapshot) throws IOException {
        try {
            List<Vma> maps = ProcDirectory.process(task.pid()).maps();
            return dumper.dumpProcess(task.pid(), maps, memory.of(task), false, snapshot);
        } catch (IOException e) {
            if (memory.stillTracks(task)) {
                throw e;
            }
            return PageDumper.Counts.NONE;
        }
    }

    private long countLeft(Set<TaskIdentity> tasks) throws IOException {
        long left = 0;
        for (TaskIdentity task : tasks) {
            try {
                long written = written(task);
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

    private long written(TaskIdentity task) throws IOException {
        long written = 0;
        for (Vma vma : ProcDirectory.process(task.pid()).maps()) {
            VmaKind kind = VmaKind.of(vma);
            if (kind.privatePages()) {
                long count = memory.of(task).countWritten(vma, kind);
                if (count == MemoryTracker.NOT_COUNTED) {
                    return count;
                }
                written += count;
            }
        }
        return written;
    }
}
