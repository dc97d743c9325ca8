package io.godwit.source.migrate;

import io.godwit.image.pages.SnapshotSink;
import io.godwit.linux.SideThread;
import io.godwit.linux.proc.Vma;
import io.godwit.page.client.OutcomeUnknownException;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.proto.RestoreReply;
import io.godwit.page.proto.ResumeReply;
import io.godwit.source.cgroup.TreeCgroups;
import io.godwit.source.collect.Known;
import io.godwit.source.collect.SharedMemory;
import io.godwit.source.collect.TcpConnections;
import io.godwit.source.collect.TreeCollector;
import io.godwit.source.dump.DumpedMemory;
import io.godwit.source.dump.PageDumper;
import io.godwit.source.dump.Sharing;
import io.godwit.source.freeze.FrozenTask;
import io.godwit.source.freeze.FrozenTree;
import io.godwit.source.freeze.TreeFreezer;
import io.godwit.source.journal.Journal;
import io.godwit.source.options.FileOptions;
import io.godwit.source.report.StepTimer;
import io.godwit.source.track.Family;
import io.godwit.source.track.Inheritance;
import io.godwit.source.track.Pass;
import io.godwit.source.track.SharedWrites;
import io.godwit.source.track.TrackedTask;
import io.godwit.source.track.TreeMemory;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The steps for which the tree stands still, in order, each timed. The sum is the downtime. If a step
 * before the commit fails, the tree runs on as if nothing had happened.
 */
final class FrozenPath {
    private static final int STEPS = 10;

    private final Subject subject;
    private final TargetConnection target;
    private final TreeMemory memory;
    private final PageDumper dumper;
    private final boolean viaImages;
    /** Made before the freeze, as this object is. */
    private final SideThread side = new SideThread("godwit-files");

    private final StepTimer timer = new StepTimer(STEPS, System::nanoTime);

    private PageDumper.Counts counts = PageDumper.Counts.NONE;

    /**
     * What is moved.
     *
     * @param journal empty if there is nothing that an operator would miss
     * @param known what was read before the freeze
     * @param cgroups the same of cgroups
     * @param addresses of this host, that the target was asked about
     * @param departure what is to be done here after the commit
     */
    record Subject(
            int root,
            Optional<Journal> journal,
            Known known,
            FileOptions files,
            TreeCgroups cgroups,
            Set<InetAddress> addresses,
            Departure departure) {}

    FrozenPath(Subject subject, TargetConnection target, TreeMemory memory, PageDumper dumper, boolean viaImages) {
        this.subject = subject;
        this.target = target;
        this.memory = memory;
        this.dumper = dumper;
        this.viaImages = viaImages;
    }

    /**
     * What came of it.
     *
     * @param restoreStep which step of the timeline is the restore
     * @param commitStep the same for the commit
     * @param left what is to be done here by hand, now that the tree runs at the target
     */
    record Outcome(
            PageDumper.Counts counts,
            int processes,
            int threads,
            RestoreReply restored,
            ResumeReply resumed,
            int restoreStep,
            int commitStep,
            List<String> left) {}

    Outcome run(int round) throws IOException {
        try (side;
                FrozenTree tree = TreeFreezer.freeze(subject.root(), () -> timer.begin("freeze"))) {
            return run(tree, round);
        }
    }

    private Outcome run(FrozenTree tree, int round) throws IOException {
        TreeCollector collector = new TreeCollector(tree, subject.known(), subject.files(), subject::cgroups, side);
        Handover handover = new Handover(
                new TreeHere(tree, collector.connections()),
                target::commit,
                subject.departure(),
                record(tree, collector.connections()));
        RestoreReply restored;
        ResumeReply resumed;
        try {
            sendTree(tree, collector, round);
            timer.begin("restore");
            target.beginRestore();
            handover.prepare();
            restored = target.endRestore();
            timer.begin("commit");
            resumed = handover.commit();
        } catch (OutcomeUnknownException e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            Optional<Throwable> locked = collector.undo(e);
            if (locked.isPresent()) {
                subject.journal().ifPresent(Journal::keep);
                throw new IOException(Handover.reason(e) + stillLocked(locked.get()), e);
            }
            throw e;
        }
        timer.end();
        return new Outcome(counts, tree.tasks().size(), tree.threadCount(), restored, resumed, 5, 6, handover.end());
    }

    private String stillLocked(Throwable why) {
        return "; its TCP connections could not be let go on, and may be locked here (" + Handover.reason(why)
                + "): godwit recover " + subject.root() + " --here puts that right";
    }

    private Handover.Record record(FrozenTree tree, TcpConnections connections) {
        return subject.journal()
                .<Handover.Record>map(journal -> new TreeRecord(journal, tree, connections))
                .orElse(Handover.Record.NONE);
    }

    private void sendTree(FrozenTree tree, TreeCollector collector, int round) throws IOException {
        collector
                .connections()
                .announced(subject.addresses(), subject.files().connections().moveAddresses());
        timer.begin("collect tasks");
        collector.collectTasks();
        timer.begin("collect files");
        collector.collectFiles();
        try (SnapshotSink snapshot = viaImages ? target.round(round) : target.growingRound(round)) {
            timer.begin("send state");
            collector.write(snapshot);
            if (!viaImages) {
                target.grow();
            }
            timer.begin("send last pages");
            sendPages(tree, collector, snapshot);
            snapshot.finish();
        }
    }

    private void sendPages(FrozenTree tree, TreeCollector collector, SnapshotSink snapshot) throws IOException {
        if (!viaImages) {
            memory.forks().begin(tree.pids(), collector::space);
        }
        Map<Integer, TrackedTask> tasks = TrackedTask.of(tree);
        for (FrozenTask task : tree.alive()) {
            // what is read here will not run on, so its memory may become its own
            TrackedTask tracked = tasks.get(task.pid());
            try (Inheritance inherited = memory.forks().inheritance(task.pid(), task.parent(), true)) {
                counts = counts.plus(dumper.dumpProcess(
                        DumpedMemory.of(
                                task.pid(),
                                collector.maps(task.pid()),
                                new Sharing(inherited, false, memory.sent(tracked))),
                        memory.of(tracked),
                        Pass.LAST,
                        snapshot));
            }
        }
        List<SharedMemory.Segment> shared = collector.sharedMemory();
        if (!shared.isEmpty()) {
            sendShared(shared, Family.of(tree, tasks), collector, snapshot);
        }
    }

    private void sendShared(
            List<SharedMemory.Segment> objects, Family family, TreeCollector collector, SnapshotSink snapshot)
            throws IOException {
        Map<TrackedTask, List<Vma>> maps = new HashMap<>();
        for (TrackedTask task : family.faults().keySet()) {
            maps.put(task, collector.maps(task.pid()));
        }
        SharedWrites shared = memory.shared();
        shared.look(
                maps,
                (task, vma, visitor) -> memory.of(task).scanShared(vma, Pass.LAST, visitor),
                family,
                !collector.reapsByItself(),
                Pass.LAST);
        for (SharedMemory.Segment object : objects) {
            counts = counts.plus(dumper.dumpShared(object, shared.of(object), Pass.LAST, snapshot));
        }
    }

    StepTimer timer() {
        return timer;
    }
}
