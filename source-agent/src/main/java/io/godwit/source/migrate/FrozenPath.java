package io.godwit.source.migrate;

import io.godwit.image.pages.SnapshotSink;
import io.godwit.page.client.OutcomeUnknownException;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.proto.RestoreReply;
import io.godwit.page.proto.ResumeReply;
import io.godwit.source.cgroup.TreeCgroups;
import io.godwit.source.collect.Known;
import io.godwit.source.collect.SharedMemory;
import io.godwit.source.collect.TreeCollector;
import io.godwit.source.dump.PageDumper;
import io.godwit.source.dump.Sharing;
import io.godwit.source.freeze.FrozenTask;
import io.godwit.source.freeze.FrozenTree;
import io.godwit.source.freeze.TreeFreezer;
import io.godwit.source.options.FileOptions;
import io.godwit.source.report.StepTimer;
import io.godwit.source.track.Inheritance;
import io.godwit.source.track.Pass;
import io.godwit.source.track.TrackedTask;
import io.godwit.source.track.TreeMemory;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
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
    private final StepTimer timer = new StepTimer(STEPS, System::nanoTime);

    private PageDumper.Counts counts = PageDumper.Counts.NONE;
    private int processes;
    private int threads;
    /** The tree runs at the target; here it only ends. */
    private boolean committed;

    /**
     * What is moved.
     *
     * @param known what was read before the freeze
     * @param cgroups the same of cgroups
     * @param addresses of this host, that the target was asked about
     */
    record Subject(int root, Known known, FileOptions files, TreeCgroups cgroups, Set<InetAddress> addresses) {}

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
     * @param restoreStarted nanoseconds into the frozen path when the target was asked to restore
     * @param resumeStarted the same for the commit
     */
    record Outcome(
            PageDumper.Counts counts,
            int processes,
            int threads,
            RestoreReply restored,
            ResumeReply resumed,
            int restoreStep,
            int commitStep) {}

    Outcome run(int round) throws IOException {
        timer.begin("freeze");
        try (FrozenTree tree = TreeFreezer.freeze(subject.root())) {
            return run(tree, round);
        }
    }

    private Outcome run(FrozenTree tree, int round) throws IOException {
        TreeCollector collector = new TreeCollector(tree, subject.known(), subject.files(), subject::cgroups);
        try {
            return move(tree, collector, round);
        } catch (OutcomeUnknownException e) {
            throw leave(tree, collector, e);
        } catch (IOException | RuntimeException e) {
            if (committed) {
                collector.connections().forget();
                throw new IOException(
                        "the tree runs at the target, and what is left of it here did not end well: " + e.getMessage(),
                        e);
            }
            collector.undo(e);
            throw e;
        }
    }

    /** The tree may run at the target: it stays as it is here until someone decides, whatever else fails. */
    private static OutcomeUnknownException leave(
            FrozenTree tree, TreeCollector collector, OutcomeUnknownException cause) {
        String locked = collector.connections().removal();
        OutcomeUnknownException told = locked.isEmpty()
                ? cause
                : new OutcomeUnknownException(
                        cause.getMessage() + "; its TCP connections are locked here, and open again by: " + locked,
                        cause);
        try {
            collector.connections().leaveLocked();
        } catch (IOException | RuntimeException e) {
            told.addSuppressed(e);
        }
        try {
            tree.leaveStopped();
        } catch (IOException | RuntimeException e) {
            told.addSuppressed(e);
        }
        return told;
    }

    private Outcome move(FrozenTree tree, TreeCollector collector, int round) throws IOException {
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
        timer.begin("restore");
        RestoreReply restored = target.restore();
        timer.begin("commit");
        collector.connections().silence();
        tree.stopForGood();
        ResumeReply resumed = target.commit();
        committed = true;
        timer.end();
        processes = tree.tasks().size();
        threads = tree.threadCount();
        tree.kill();
        collector.connections().forget();
        return new Outcome(counts, processes, threads, restored, resumed, 5, 6);
    }

    private void sendPages(FrozenTree tree, TreeCollector collector, SnapshotSink snapshot) throws IOException {
        if (!viaImages) {
            memory.forks().begin(tree.pids(), collector::space);
        }
        Map<Integer, TrackedTask> tasks = TrackedTask.of(tree);
        for (FrozenTask task : tree.alive()) {
            // what is read here will not run on, so its memory may become its own
            try (Inheritance inherited = memory.forks().inheritance(task.pid(), task.parent(), true)) {
                counts = counts.plus(dumper.dumpProcess(
                        task.pid(),
                        collector.maps(task.pid()),
                        memory.of(tasks.get(task.pid())),
                        Pass.LAST,
                        new Sharing(inherited, false),
                        snapshot));
            }
        }
        for (SharedMemory.Segment segment : collector.sharedMemory()) {
            counts = counts.plus(dumper.dumpShared(segment, snapshot));
        }
    }

    StepTimer timer() {
        return timer;
    }
}
