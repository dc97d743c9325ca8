package io.godwit.source.track;

import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.SharedMemory;
import io.godwit.source.collect.VmaKind;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is known of the shared memory of a tree: of each object, which pages the target has. Used by one thread. */
public final class SharedWrites implements AutoCloseable {
    private final PageHashes hashes;
    private final Map<Long, ObjectWrites> objects = new HashMap<>();
    private Family family = Family.empty();

    SharedWrites(PageHashes hashes) {
        this.hashes = hashes;
    }

    /** Tells what was written in a mapping without a name; the addresses need not be of pages that are there. */
    public interface Scanner {
        /** See {@link MemoryTracker#scanShared}. */
        void scan(TrackedTask task, Vma vma, MemoryTracker.Visitor visitor) throws IOException;
    }

    /**
     * Looks at what the processes have written since the last look.
     *
     * @param now the processes as they were found before; all that have come since will be found by the next look
     * @param certain nothing is known by which there may have been others
     * @param pass after the last one nobody asks any more, so that no process is looked at if it is of no use
     * @return those that were looked at
     */
    public Set<TrackedTask> look(
            Map<TrackedTask, List<Vma>> maps, Scanner scanner, Family now, boolean certain, Pass pass)
            throws IOException {
        boolean same = certain && now.equals(family);
        family = now;
        Set<TrackedTask> scanned = same || pass.protects() ? scan(maps, scanner) : Set.of();
        objects.values().forEach(object -> object.looked(same));
        return scanned;
    }

    private Set<TrackedTask> scan(Map<TrackedTask, List<Vma>> maps, Scanner scanner) throws IOException {
        Set<TrackedTask> scanned = new HashSet<>();
        for (Map.Entry<TrackedTask, List<Vma>> task : maps.entrySet()) {
            for (Vma vma : task.getValue()) {
                if (VmaKind.of(vma) == VmaKind.ANON_SHARED) {
                    ObjectWrites object = of(vma.inode());
                    object.mapped(task.getKey(), vma);
                    scanner.scan(task.getKey(), vma, object.writesThrough(vma));
                    scanned.add(task.getKey());
                }
            }
        }
        return scanned;
    }

    /** Looks for pages that were taken out since they were sent, as the freeze will: none of them is to be sent, but the look takes time. */
    public void findGone() throws IOException {
        for (ObjectWrites object : objects.values()) {
            object.findGone();
        }
    }

    /** What is known of an object. */
    public ObjectWrites of(SharedMemory.Segment object) {
        return of(object.inode());
    }

    private ObjectWrites of(long inode) {
        return objects.computeIfAbsent(inode, its -> new ObjectWrites(hashes.ofObject()));
    }

    /** Forgets all objects but these. */
    public void keepOnly(List<SharedMemory.Segment> kept) {
        Set<Long> inodes = new HashSet<>();
        kept.forEach(object -> inodes.add(object.inode()));
        objects.entrySet().removeIf(object -> {
            boolean gone = !inodes.contains(object.getKey());
            if (gone) {
                object.getValue().close();
            }
            return gone;
        });
    }

    @Override
    public void close() {
        keepOnly(List.of());
    }
}
