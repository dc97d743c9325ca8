package io.godwit.source.collect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The shared memory objects of a tree: anonymous shared mappings and memfds, each told once. */
public final class SharedMemory {
    /**
     * One object.
     *
     * @param id names its pagemap image
     * @param inode its number among all such objects of the host
     * @param bytes its size; may be no multiple of the page size
     * @param path a path under /proc through which it can be opened and read
     * @param open a process has a descriptor of it, or may have, and so other ways to write it than a mapping
     */
    public record Segment(int id, long inode, long bytes, String path, boolean open) {}

    private final Map<Long, Segment> segments = new LinkedHashMap<>();

    /** Notes an object; gives its id. */
    int remember(long inode, long bytes, String path, boolean open) {
        return segments.computeIfAbsent(inode, key -> new Segment((int) (long) key, key, bytes, path, open))
                .id();
    }

    /** A process has a descriptor of an object that was noted. */
    void open(long inode) {
        segments.computeIfPresent(
                inode, (key, known) -> new Segment(known.id(), key, known.bytes(), known.path(), true));
    }

    public List<Segment> segments() {
        return new ArrayList<>(segments.values());
    }
}
