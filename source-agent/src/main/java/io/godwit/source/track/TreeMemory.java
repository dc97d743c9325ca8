package io.godwit.source.track;

import io.godwit.linux.memory.PagemapScanner;
import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStat;
import io.godwit.source.freeze.FreezeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;

/**
 * The trackers of a tree that changes while it is moved. A tracker belongs to one task for good: a pid that
 * was used again gets a new one, which takes all pages as changed.
 */
public final class TreeMemory implements AutoCloseable {
    /** Of a migration, which has no such option. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final int root;
    private final Tracking tracking;
    private final Lock ptrace;
    private final Optional<KeptTrackers> kept;
    private final Duration patience;
    private final Map<TrackedTask, MemoryTracker> trackers = new HashMap<>();
    private final Forks forks = new Forks();
    private final PageHashes hashes = new PageHashes();
    private final Map<TrackedTask, SentPages> sent = new HashMap<>();
    private final SharedWrites shared = new SharedWrites(hashes);
    private Family family = Family.empty();

    /**
     * The memory of a tree that nothing is known of yet.
     *
     * @param ptrace as for {@link Tracking#install}
     */
    public TreeMemory(int root, Tracking tracking, Lock ptrace) {
        this(root, tracking, ptrace, Optional.empty(), PATIENCE);
    }

    /**
     * The memory of a tree of which an earlier command may have left trackers.
     *
     * @param kept they become this one's, one by one
     * @param patience how long all processes that get a tracker in a {@link #refresh} may take to stop
     */
    public TreeMemory(int root, Tracking tracking, Lock ptrace, Optional<KeptTrackers> kept, Duration patience) {
        this.patience = patience;
        this.kept = kept;
        this.root = root;
        this.tracking = tracking;
        this.ptrace = ptrace;
    }

    /**
     * The processes of the tree as it is now, each with a tracker; those that are gone are forgotten.
     *
     * @throws IOException if one can not be tracked; a {@link FreezeException} if it did not stop in time
     */
    public Set<TrackedTask> refresh() throws IOException {
        Set<TrackedTask> tasks = new LinkedHashSet<>();
        family = Family.empty();
        walk(root, null, tasks);
        for (TrackedTask known : new HashSet<>(trackers.keySet())) {
            MemoryTracker tracker = trackers.get(known);
            if (!tasks.contains(known) || !tracker.current() || tracker instanceof UntrackedMemory) {
                forget(known);
            }
        }
        long start = System.nanoTime();
        for (TrackedTask task : new ArrayList<>(tasks)) {
            if (!trackers.containsKey(task)) {
                install(task, tasks, patience.minusNanos(System.nanoTime() - start));
            }
        }
        return tasks;
    }

    private void install(TrackedTask task, Set<TrackedTask> tasks, Duration left) throws IOException {
        try {
            Optional<MemoryTracker> known = recall(task);
            trackers.put(task, known.isPresent() ? known.get() : tracking.install(task.pid(), ptrace, left));
        } catch (IOException e) {
            if (isThere(task)) {
                throw e;
            }
            tasks.remove(task);
        }
    }

    /**
     * A child that still has its parent's memory, as between vfork(2) and execve(2), has none to track: what a scan
     * for the child takes as read would be lost to the parent.
     */
    private void walk(int pid, TrackedTask above, Set<TrackedTask> tasks) throws IOException {
        ProcDirectory proc = ProcDirectory.process(pid);
        List<Integer> children;
        TrackedTask task;
        try {
            ProcStat stat = proc.stat();
            if (stat.ending()) {
                requireAlive(pid);
                family.others().add(pid);
                return;
            }
            children = proc.childrenOfAllThreads();
            task = TrackedTask.of(pid, stat, above);
            if (above == null || !ProcessMemory.shared(pid, above.pid())) {
                tasks.add(task);
                family.faults().put(task, stat.faultsOfChildren());
            } else {
                family.others().add(pid);
            }
        } catch (IOException e) {
            requireAlive(pid);
            return;
        }
        for (int child : children) {
            walk(child, task, tasks);
        }
    }

    private void requireAlive(int pid) throws IOException {
        if (pid == root) {
            throw new IOException("process " + pid + " ended while it was being moved; there is nothing left to move");
        }
    }

    /** Whether a task is still the one that it was. */
    public static boolean isThere(TrackedTask task) {
        try {
            ProcStat stat = ProcDirectory.process(task.pid()).stat();
            return task.is(stat) && !stat.ending();
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a task is there and has not executed another program; if it has, the next round begins it anew. */
    public boolean stillTracks(TrackedTask task) throws IOException {
        MemoryTracker tracker = trackers.get(task);
        return isThere(task) && (tracker == null || tracker.current());
    }

    /** The tracker of a task; one that takes all as changed for a task, or a memory of it, that no round has seen. */
    public MemoryTracker of(TrackedTask task) throws IOException {
        MemoryTracker tracker = trackers.get(task);
        if (tracker != null && !tracker.current()) {
            forget(task);
            tracker = null;
        }
        if (tracker == null) {
            Optional<MemoryTracker> known = recall(task);
            tracker = known.isPresent() ? known.get() : new UntrackedMemory(PagemapScanner.open(task.pid()));
            trackers.put(task, tracker);
        }
        return tracker;
    }

    /** What a task's pages held when they were sent. */
    public SentPages sent(TrackedTask task) throws IOException {
        // only this tracker tells which mappings are new
        return of(task) instanceof WriteProtectTracker
                ? sent.computeIfAbsent(task, its -> hashes.ofProcess())
                : SentPages.NONE;
    }

    /** What is known of the tree's shared memory. */
    public SharedWrites shared() {
        return shared;
    }

    /** The processes as the last {@link #refresh} found them. */
    public Family family() {
        return family;
    }

    private Optional<MemoryTracker> recall(TrackedTask task) throws IOException {
        return kept.isPresent() ? kept.get().of(task.pid(), ptrace) : Optional.empty();
    }

    /** What can be kept for a later command, of the processes that a round has seen. */
    List<TrackerParts> parts() throws IOException {
        List<TrackerParts> parts = new ArrayList<>();
        for (MemoryTracker tracker : trackers.values()) {
            if (tracker instanceof WriteProtectTracker writeProtect && tracker.current()) {
                writeProtect.parts().ifPresent(parts::add);
            }
        }
        return parts;
    }

    /** Which of the tree's processes begin with memory of their parents. */
    public Forks forks() {
        return forks;
    }

    /** The next round takes all of the task's pages as changed. */
    public void forget(TrackedTask task) throws IOException {
        MemoryTracker tracker = trackers.remove(task);
        if (tracker != null) {
            tracker.close();
        }
        SentPages pages = sent.remove(task);
        if (pages != null) {
            pages.close();
        }
    }

    @Override
    public void close() {
        for (MemoryTracker tracker : trackers.values()) {
            tracker.close();
        }
        trackers.clear();
        shared.close();
    }
}
