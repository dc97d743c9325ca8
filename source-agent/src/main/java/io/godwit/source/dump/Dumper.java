package io.godwit.source.dump;

import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.image.proto.DumpStatsEntry;
import io.godwit.linux.memory.PagemapScanner;
import io.godwit.source.collect.SharedMemory;
import io.godwit.source.collect.TreeCollector;
import io.godwit.source.freeze.FrozenTask;
import io.godwit.source.freeze.FrozenTree;
import io.godwit.source.freeze.TreeFreezer;
import io.godwit.source.options.DumpOptions;
import io.godwit.source.preflight.Survey;
import io.godwit.source.preflight.TargetPid;
import io.godwit.source.track.MemoryTracker;
import io.godwit.source.track.UntrackedMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code godwit dump}: a whole tree into image files. */
public final class Dumper {
    private final DumpListener listener;

    /** One that nobody listens to. */
    public Dumper() {
        this(DumpListener.NONE);
    }

    public Dumper(DumpListener listener) {
        this.listener = listener;
    }

    /**
     * Returns when all images are complete.
     *
     * @throws IOException if anything failed or the listener refused; the tree runs on, and there are no images
     */
    public DumpResult run(DumpOptions options) throws IOException {
        TargetPid.ofThisHost().require(options.pid());
        requireDirectory(options.directory(), "-D");
        requireDirectory(options.workDirectory(), "-W");
        listener.step("look at the tree");
        Survey survey = Survey.of(options.pid(), options.shellJob(), options.files());
        survey.requireMovable();
        DumpStatsEntry stats = dump(options, survey);
        DumpClock.write(stats, options.workDirectory());
        List<String> warnings = survey.findings().stream()
                .filter(finding -> !finding.isError())
                .map(finding -> finding.subject() + ": " + finding.problem() + "; " + finding.advice())
                .toList();
        return new DumpResult(stats, warnings);
    }

    private static void requireDirectory(Path directory, String option) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException(directory + ": no such directory; make it, or name another with " + option);
        }
    }

    private DumpStatsEntry dump(DumpOptions options, Survey survey) throws IOException {
        listener.step("freeze the tree");
        DumpClock clock = new DumpClock(System::nanoTime);
        try (FrozenTree tree = TreeFreezer.freeze(options.pid(), options.timeout());
                TimedSnapshot snapshot = new TimedSnapshot(
                        DirectorySnapshot.create(options.directory(), Optional.empty(), HolePuncher.NONE))) {
            clock.frozen();
            listener.frozen();
            TreeCollector collector = new TreeCollector(tree, survey.flags(), options.files());
            try {
                write(tree, collector, snapshot, clock);
                listener.imagesComplete();
                snapshot.finish();
            } catch (IOException | RuntimeException e) {
                collector.undo();
                throw e;
            }
            switch (options.after()) {
                case KILL -> tree.kill();
                case LEAVE_STOPPED -> tree.leaveStopped();
                case LEAVE_RUNNING -> tree.thaw();
            }
            clock.released();
            return clock.stats(snapshot.nanos());
        }
    }

    private void write(FrozenTree tree, TreeCollector collector, SnapshotSink snapshot, DumpClock clock)
            throws IOException {
        listener.step("collect the tree's state");
        collector.collectTasks();
        collector.collectFiles();
        listener.step("write memory");
        PageDumper pages = new PageDumper();
        for (FrozenTask task : tree.alive()) {
            try (MemoryTracker memory = new UntrackedMemory(PagemapScanner.open(task.pid()))) {
                clock.tasks(() -> pages.dumpProcess(task.pid(), collector.maps(task.pid()), memory, true, snapshot));
            }
        }
        for (SharedMemory.Segment segment : collector.sharedMemory()) {
            clock.shared(() -> pages.dumpShared(segment, snapshot));
        }
        listener.step("write images");
        collector.write(snapshot);
    }
}
