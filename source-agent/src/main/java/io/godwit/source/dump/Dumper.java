package io.godwit.source.dump;

import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.image.proto.DumpStatsEntry;
import io.godwit.linux.NamespaceKind;
import io.godwit.linux.SideThread;
import io.godwit.source.cgroup.TreeCgroups;
import io.godwit.source.collect.FileSurvey;
import io.godwit.source.collect.TreeCollector;
import io.godwit.source.freeze.FrozenTask;
import io.godwit.source.freeze.FrozenTree;
import io.godwit.source.freeze.TreeFreezer;
import io.godwit.source.options.DumpOptions;
import io.godwit.source.options.FileOptions;
import io.godwit.source.options.OptionException;
import io.godwit.source.preflight.Survey;
import io.godwit.source.preflight.TargetPid;
import io.godwit.source.track.Pass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** {@code godwit dump}: a whole tree into image files. */
public final class Dumper {
    private final DumpListener listener;
    private final UnaryOperator<SnapshotSink> destination;

    /** One that nobody listens to. */
    public Dumper() {
        this(DumpListener.NONE);
    }

    public Dumper(DumpListener listener) {
        this(listener, UnaryOperator.identity());
    }

    /**
     * One that does not write all to the directory.
     *
     * @param destination takes the snapshot in the directory, and gives that which is written to; it is closed in its place
     */
    public Dumper(DumpListener listener, UnaryOperator<SnapshotSink> destination) {
        this.listener = listener;
        this.destination = destination;
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
        Survey survey = Survey.ofContainer(options.pid(), options.shellJob(), options.files());
        requireMovable(survey);
        if (listener.servesMemory() && survey.known().namespaces().has(NamespaceKind.PID)) {
            throw new OptionException("--lazy-pages: process " + options.pid()
                    + " has a pid namespace of its own, whose memory can not be served yet; leave it out");
        }
        List<String> warnings = new ArrayList<>();
        survey.findings().stream()
                .filter(finding -> !finding.isError())
                .map(finding -> finding.subject() + ": " + finding.problem() + "; " + finding.advice())
                .forEach(warnings::add);
        boolean track = options.memory().track() && options.after() != DumpOptions.After.KILL;
        try (TreeWrites writes =
                TreeWrites.of(options.pid(), options.directory(), options.memory(), options.timeout())) {
            if (track) {
                listener.step("track the tree's writes");
                writes.track();
            }
            Dumped dumped = dump(options, survey, writes, track ? Pass.FROZEN : Pass.LAST);
            warnings.addAll(dumped.warnings());
            warnings.addAll(writes.complete(dumped.runId(), track));
            DumpClock.write(dumped.stats(), options.workDirectory());
            return new DumpResult(dumped.stats(), warnings);
        }
    }

    private record Dumped(String runId, DumpStatsEntry stats, List<String> warnings) {}

    private static void requireDirectory(Path directory, String option) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException(directory + ": no such directory; make it, or name another with " + option);
        }
    }

    private Dumped dump(DumpOptions options, Survey survey, TreeWrites writes, Pass pass) throws IOException {
        List<Integer> pids = survey.livePids();
        Set<Integer> told = new LinkedHashSet<>(pids);
        boolean runsOn = true;
        try {
            listener.freezing(pids);
            Dumped dumped = dumpFrozen(options, survey, told, writes, pass);
            runsOn = options.after() == DumpOptions.After.LEAVE_RUNNING;
            return dumped;
        } finally {
            if (runsOn) {
                listener.runOn(List.copyOf(told));
            }
        }
    }

    private void requireMovable(Survey survey) throws IOException {
        if (listener.namesExternalFiles()) {
            survey.requireMovableButFiles();
        } else {
            survey.requireMovable();
        }
    }

    /** How files are treated, with those that the listener names now; then what it did not name is refused. */
    private FileOptions files(FileOptions options, Survey survey, FrozenTree tree) throws IOException {
        FileOptions all = options.withMoreExternal(listener.externalFiles());
        if (!survey.movable()) {
            FileSurvey.of(
                            tree.alive().stream().map(FrozenTask::pid).toList(),
                            all,
                            survey.known().surroundings())
                    .requireMovable();
        }
        return all;
    }

    /** @param told the processes that the listener knows; those that were born since are added */
    private Dumped dumpFrozen(DumpOptions options, Survey survey, Set<Integer> told, TreeWrites writes, Pass pass)
            throws IOException {
        listener.step("freeze the tree");
        DumpClock clock = new DumpClock(System::nanoTime);
        try (SideThread side = new SideThread("godwit-files");
                FrozenTree tree = TreeFreezer.freeze(options.pid(), options.timeout());
                DirectorySnapshot images =
                        DirectorySnapshot.create(options.directory(), writes.parent(), writes.replaced());
                TimedSnapshot snapshot = new TimedSnapshot(destination.apply(images))) {
            clock.frozen();
            List<Integer> frozen = tree.alive().stream().map(FrozenTask::pid).toList();
            told.addAll(frozen);
            listener.frozen(frozen);
            if (survey.known().namespaces().has(NamespaceKind.NET)) {
                listener.lockNetwork();
            }
            TreeCollector collector = new TreeCollector(
                    tree,
                    survey.known(),
                    files(options.files(), survey, tree),
                    () -> TreeCgroups.of(tree.threads(), options.cgroups()),
                    side);
            try {
                listener.step("collect the tree's state");
                collector.collectTasks();
                collector.collectFiles();
                listener.step("write memory");
                LeftMemory left = listener.servesMemory() ? new LeftMemory() : null;
                MemoryStep memory = new MemoryStep(collector, snapshot, clock, left);
                memory.tasks(tree, writes, pass);
                memory.shared();
                listener.step("write images");
                collector.write(snapshot);
                snapshot.finish();
                listener.imagesComplete();
                if (left != null) {
                    listener.step("serve memory");
                    listener.serve(left);
                }
                if (options.after() == DumpOptions.After.KILL) {
                    collector.connections().silence();
                }
            } catch (IOException | RuntimeException | Error e) {
                images.discard();
                collector.undo(e);
                throw e;
            }
            release(tree, collector, options.after());
            clock.released();
            return new Dumped(collector.runId(), clock.stats(snapshot.nanos()), collector.warnings());
        }
    }

    private static void release(FrozenTree tree, TreeCollector collector, DumpOptions.After after) throws IOException {
        switch (after) {
            case KILL -> {
                tree.kill();
                collector.connections().forget();
            }
            case LEAVE_STOPPED -> {
                collector.connections().resume();
                tree.leaveStopped();
            }
            case LEAVE_RUNNING -> {
                collector.connections().resume();
                tree.thaw();
            }
        }
    }
}
