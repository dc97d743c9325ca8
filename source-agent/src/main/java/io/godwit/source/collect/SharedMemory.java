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
     * @param memfd whoever has a descriptor of it, or had one a moment ago, has other ways to write it than a mapping
     */
    public record Segment(int id, long inode, long bytes, String path, boolean memfd) {}

    private final Map<Long, Segment> segments = new LinkedHashMap<>();

    /** Notes a memfd; gives its id. */
    int memfd(long inode, long bytes, String path) {
        return segments.computeIfAbsent(inode, key -> new Segment((int) (long) key, key, bytes, path, true))
                .id();
    }

    /**
     * Notes a mapping of an object without a name; gives its id.
     *
     * @param end where in the object the mapping ends: no more than what is mapped counts
     */
    int anonymous(long inode, long end, String path) {
        return segments.merge(
                        inode,
                        new Segment((int) inode, inode, end, path, false),
                        (known, other) -> known.bytes() >= end ? known : other)
                .id();
    }

    public List<Segment> segments() {
        return new ArrayList<>(segments.values());
    }
}
