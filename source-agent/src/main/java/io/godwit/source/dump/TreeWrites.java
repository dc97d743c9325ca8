package io.godwit.source.dump;

import io.godwit.image.pages.DeferredPuncher;
import io.godwit.image.pages.HolePuncher;
import io.godwit.source.options.MemoryOptions;
import io.godwit.source.track.KeptTrackers;
import io.godwit.source.track.MemoryTracker;
import io.godwit.source.track.TrackedTask;
import io.godwit.source.track.Tracking;
import io.godwit.source.track.TreeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** What a dump knows of the writes of a tree since the dump before, and what it leaves for the next. */
final class TreeWrites implements AutoCloseable {
    private final int pid;
    private final MemoryOptions options;
    private final Base base;
    private final TreeMemory memory;
    private final DeferredPuncher replaced = new DeferredPuncher();

    private TreeWrites(int pid, MemoryOptions options, Base base, Duration patience) {
        this.pid = pid;
        this.options = options;
        this.base = base;
        this.memory = new TreeMemory(pid, Tracking.WRITE_PROTECT, new ReentrantLock(), base.trackers(), patience);
    }

    /**
     * Finds out what is known.
     *
     * @param directory the new snapshot's
     * @param patience how long it may take to stop the processes that are not tracked yet
     */
    static TreeWrites of(int pid, Path directory, MemoryOptions options, Duration patience) throws IOException {
        return new TreeWrites(pid, options, Base.open(pid, directory, options.previous()), patience);
    }

    /**
     * Begins to track the processes that are not tracked yet; each is stopped for a moment. From here on a failure makes
     * the next dump a full one.
     *
     * @return the processes of the tree
     */
    Set<TrackedTask> track() throws IOException {
        base.takeOver();
        return memory.refresh();
    }

    /** What the parent link of the new snapshot shall say; empty if it has no parent. */
    Optional<Path> parent() {
        return base.parent();
    }

    /** Is to be told what the new snapshot replaces in those before. */
    HolePuncher replaced() {
        return options.autoDedup() ? replaced : HolePuncher.NONE;
    }

    MemoryTracker tracker(TrackedTask task) throws IOException {
        return memory.of(task);
    }

    /** Whether a failure to dump a process is one: not if it has ended, or executed another program. */
    boolean failed(TrackedTask task) throws IOException {
        if (memory.stillTracks(task)) {
            return true;
        }
        memory.forget(task);
        return false;
    }

    /**
     * The new snapshot is complete.
     *
     * @param snapshot the id in its inventory
     * @param keep track the writes on, for a dump to come
     * @return what is to be said
     */
    List<String> complete(String snapshot, boolean keep) {
        List<String> warnings = new ArrayList<>();
        base.warning().ifPresent(warnings::add);
        if (keep) {
            KeptTrackers.keep(snapshot, pid, memory).ifPresent(warnings::add);
        }
        DiskPuncher.free(replaced).ifPresent(warnings::add);
        return warnings;
    }

    @Override
    public void close() throws IOException {
        memory.close();
        base.close();
    }
}
