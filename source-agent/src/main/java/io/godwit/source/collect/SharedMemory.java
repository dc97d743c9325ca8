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
     * @param bytes its size; may be no multiple of the page size
     * @param path a path under /proc through which it can be opened and read
     */
    public record Segment(int id, long bytes, String path) {}

    private final Map<Long, Segment> segments = new LinkedHashMap<>();

    /** Notes an object; gives its id. */
    int remember(long inode, long bytes, String path) {
        return segments.computeIfAbsent(inode, key -> new Segment((int) (long) key, bytes, path))
                .id();
    }

    public List<Segment> segments() {
        return new ArrayList<>(segments.values());
    }
}
