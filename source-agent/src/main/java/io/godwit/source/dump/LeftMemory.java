package io.godwit.source.dump;

import io.godwit.image.pages.PageSink;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.memory.ProcessMemory;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Memory that a dump told of and left with the processes, which stand still. It is complete before it is read, by any thread. */
public final class LeftMemory {
    /** By pid, from the first address of a run to the one after its last. */
    private final Map<Integer, TreeMap<Long, Long>> runs = new HashMap<>();

    private long pages;

    /** Adds a run; those of a process ascend. */
    void add(int pid, long start, long end) {
        TreeMap<Long, Long> own = runs.computeIfAbsent(pid, key -> new TreeMap<>());
        Map.Entry<Long, Long> last = own.lastEntry();
        boolean goesOn = last != null && last.getValue() == start;
        own.put(goesOn ? last.getKey() : start, end);
        pages += (end - start) / PageSink.PAGE;
    }

    /** How many pages there are. */
    public long pages() {
        return pages;
    }

    /** Whether a process is one of the dump, and left anything. */
    public boolean has(int pid) {
        return runs.containsKey(pid);
    }

    /** How many pages follow each other from an address on; 0 if that page was not left. */
    public long pagesFrom(int pid, long vaddr) {
        TreeMap<Long, Long> own = runs.getOrDefault(pid, new TreeMap<>());
        Map.Entry<Long, Long> run = own.floorEntry(vaddr);
        return run == null ? 0 : Math.max(0, (run.getValue() - vaddr) / PageSink.PAGE);
    }

    /**
     * Reads from an address on.
     *
     * @param into a direct buffer, which is filled
     */
    public void read(int pid, long vaddr, ByteBuffer into) throws IOException {
        new ProcessMemory(pid).read(vaddr, NativeMemory.addressOf(into.slice()), into.remaining());
        Reference.reachabilityFence(into);
        into.position(into.limit());
    }
}
