package io.godwit.target.restore;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.RestoreStatsEntry;
import io.godwit.image.proto.StatsEntry;
import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.linux.trace.Tracee;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.TaskSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A tree that is restored and stands still. It is used by the thread that restored it, which traces it. */
public final class RestoredTree {
    private static final int SIGSTOP = 19;

    private final Snapshot snapshot;
    private final TreeGrower grower;
    private final List<TaskSnapshot> living;
    private final FileTable files;
    private final StepClock clock;
    private final Manner manner;

    /**
     * How the restore was done.
     *
     * @param filler fills memory from now on, if any is left empty
     * @param ownNetwork in a network namespace of its own
     */
    record Manner(boolean leaveStopped, long restoredPages, Optional<FillerConnection> filler, boolean ownNetwork) {}

    RestoredTree(
            Snapshot snapshot,
            TreeGrower grower,
            List<TaskSnapshot> living,
            FileTable files,
            StepClock clock,
            Manner manner) {
        this.snapshot = snapshot;
        this.grower = grower;
        this.living = living;
        this.files = files;
        this.clock = clock;
        this.manner = manner;
    }

    /** The pid of the root here. */
    public int rootPid() {
        return grower.task(snapshot.root().pid()).pid();
    }

    /** Whether it has a network namespace of its own. */
    public boolean ownsNetwork() {
        return manner.ownNetwork();
    }

    /** The number of tasks. */
    public int tasks() {
        return snapshot.tasks().size();
    }

    /** Each task that lives, by its pid here, with the number of its threads. */
    public Map<Integer, Integer> threads() {
        Map<Integer, Integer> threads = new LinkedHashMap<>();
        living.forEach(task -> {
            GrownTask grown = grower.task(task.pid());
            threads.put(grown.pid(), 1 + grown.threads().size());
        });
        return threads;
    }

    /** How long each step took, in order. */
    public List<StepTime> steps() {
        return clock.steps();
    }

    /** The figures so far, as the image {@code stats-restore} has them; times in microseconds. */
    public RestoreStatsEntry stats() {
        return RestoreStatsEntry.newBuilder()
                .setPagesCompared(0)
                .setPagesSkippedCow(0)
                .setForkingTime(micros(clock.nanos(Restorer.FORKING)))
                .setRestoreTime(micros(clock.nanos()))
                .setPagesRestored(manner.restoredPages())
                .build();
    }

    /** Writes the figures into the file {@code stats-restore} of a directory. */
    public void writeStats(Path directory) throws IOException {
        StatsEntry entry = StatsEntry.newBuilder().setRestore(stats()).build();
        Files.write(
                directory.resolve(ImageKind.STATS_RESTORE.fileName()),
                ImageEncoder.encode(ImageKind.STATS_RESTORE, List.of(entry)));
    }

    private static int micros(long nanos) {
        return (int) TimeUnit.NANOSECONDS.toMicros(nanos);
    }

    /** What could not be restored exactly. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>(grower.warnings());
        warnings.addAll(files.warnings());
        return warnings;
    }

    /** {@link #release} and {@link #run}. */
    public void resume() throws IOException {
        release();
        run();
    }

    /**
     * Does the last that the tree can not run without: its connections are unlocked, and what fills its memory later is still there.
     *
     * @throws IOException if that fails; none of the tree has run, and {@link #kill} undoes all of it
     */
    public void release() throws IOException {
        if (manner.filler().isPresent()) {
            manner.filler().get().requireThere();
        }
        files.release();
    }

    /**
     * Lets the tree run, or stand by SIGSTOP if that was asked for; it needs the agent no more.
     *
     * @throws IOException if threads could not be let go; the others run
     */
    public void run() throws IOException {
        files.resuming();
        clock.time("resume", () -> {
            try {
                letGo();
            } finally {
                files.resumed();
            }
        });
        if (manner.filler().isPresent()) {
            manner.filler().get().restored();
            manner.filler().get().close();
        }
    }

    private void letGo() throws LinuxException {
        LinuxException failure = null;
        for (TaskSnapshot task : living) {
            GrownTask grown = grower.task(task.pid());
            if (task.stopped() || manner.leaveStopped()) {
                Kernel.syscall(Syscall.KILL, grown.pid(), SIGSTOP);
            }
            List<Tracee> threads = new ArrayList<>(grown.threads());
            threads.add(grown.leader());
            for (Tracee thread : threads) {
                try {
                    detach(thread);
                } catch (LinuxException e) {
                    failure = e;
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** A thread that runs already may end the others before they are let go; that is the program's own affair. */
    private static void detach(Tracee thread) throws LinuxException {
        try {
            thread.detach(0);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    /** Ends the tree and removes what was made for it. */
    public void kill() {
        grower.kill();
        manner.filler().ifPresent(FillerConnection::close);
        files.rollBack();
    }
}
