package io.godwit.source.dump;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.image.proto.DumpStatsEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.TreeNamespaces;
import io.godwit.source.collect.TreePids;
import io.godwit.source.options.MemoryOptions;
import io.godwit.source.options.PreDumpOptions;
import io.godwit.source.preflight.TargetPid;
import io.godwit.source.track.Pass;
import io.godwit.source.track.TrackedTask;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * {@code godwit pre-dump}: the memory of a tree that runs on, and its writes from now on. A process stands still only to
 * be given a tracker. Memory that tasks share is left to the dump.
 */
public final class PreDumper {
    /** Marks a snapshot that can not be restored from. */
    private static final int NO_STATE = 0;

    /** The value for memory that is read by process_vm_readv(2). */
    private static final int MODE_READ = 2;

    private final PageDumper pages = new PageDumper();
    private final UnaryOperator<SnapshotSink> destination;

    /** One that writes all to the directory. */
    public PreDumper() {
        this(UnaryOperator.identity());
    }

    /**
     * One that may not.
     *
     * @param destination takes the snapshot in the directory, and gives that which is written to; it is closed in its place
     */
    public PreDumper(UnaryOperator<SnapshotSink> destination) {
        this.destination = destination;
    }

    /**
     * Returns when all images are complete.
     *
     * @throws IOException if anything failed; the tree runs on, and earlier images are as they were
     */
    public DumpResult run(PreDumpOptions options) throws IOException {
        TargetPid.ofThisHost().require(options.pid());
        if (!Files.isDirectory(options.directory())) {
            throw new IOException(options.directory() + ": no such directory; make it, or name another with -D");
        }
        MemoryOptions memory = new MemoryOptions(options.previous(), true, options.autoDedup());
        String runId = UUID.randomUUID().toString();
        try (TreeWrites writes = TreeWrites.of(options.pid(), options.directory(), memory, options.timeout())) {
            DumpClock clock = new DumpClock(System::nanoTime);
            Set<TrackedTask> tasks = writes.track();
            clock.frozen();
            clock.released();
            DumpStatsEntry stats;
            try (TimedSnapshot snapshot = new TimedSnapshot(destination.apply(
                    DirectorySnapshot.create(options.directory(), writes.parent(), writes.replaced())))) {
                TreePids pids = TreeNamespaces.of(options.pid()).pids();
                for (TrackedTask task : tasks) {
                    clock.tasks(() -> dump(task, pids, writes, snapshot));
                }
                snapshot.image(
                        ImageKind.INVENTORY.fileName(),
                        ImageEncoder.encode(ImageKind.INVENTORY, List.of(inventory(runId))));
                snapshot.finish();
                stats = clock.stats(snapshot.nanos());
            }
            List<String> warnings = writes.complete(runId, true);
            DumpClock.write(stats, options.workDirectory());
            return new DumpResult(stats, warnings);
        }
    }

    private PageDumper.Counts dump(TrackedTask task, TreePids pids, TreeWrites writes, SnapshotSink snapshot)
            throws IOException {
        try {
            List<Vma> maps = ProcDirectory.process(task.pid()).maps();
            DumpedMemory process = DumpedMemory.ofImages(task.pid(), pids.process(task.pid()), maps, OnDemand.of(maps));
            return pages.dumpProcess(process, writes.tracker(task), Pass.RUNNING, snapshot);
        } catch (IOException e) {
            if (writes.failed(task)) {
                throw e;
            }
            return PageDumper.Counts.NONE;
        }
    }

    private static InventoryEntry inventory(String runId) {
        return InventoryEntry.newBuilder()
                .setImgVersion(NO_STATE)
                .setDumpUptime(TimeUnit.NANOSECONDS.toMicros(System.nanoTime()))
                .setPreDumpMode(MODE_READ)
                .setDumpCriuRunId(runId)
                .build();
    }
}
