package io.godwit.target.lazy;

import io.godwit.image.pages.PageSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The pages that a task has yet to get: where they belong by now, and where they were when it was dumped. */
final class PendingPages {
    private final TreeMap<Long, Run> runs = new TreeMap<>();
    /** Where pages were moved away from, and what unmaps that has not been told yet. */
    private final List<Range> unmapsToCome = new ArrayList<>();

    private record Range(long start, long end) {}

    /**
     * Pages that follow each other.
     *
     * @param origin the address of the first in the images
     */
    record Run(long start, long end, long origin) {
        Run part(long from, long to) {
            return new Run(from, to, origin + from - start);
        }

        long bytes() {
            return end - start;
        }
    }

    /** For a forked process, which is told of what it does itself alone. */
    PendingPages copy() {
        PendingPages copy = new PendingPages();
        copy.runs.putAll(runs);
        return copy;
    }

    /** Adds pages that are where they were. */
    void add(long start, long end) {
        runs.put(start, new Run(start, end, start));
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    long pages() {
        return runs.values().stream().mapToLong(Run::bytes).sum() / PageSink.PAGE;
    }

    /** The lowest pages, at most so many bytes. */
    Optional<Run> first(long limit) {
        return Optional.ofNullable(runs.firstEntry()).map(entry -> cut(entry.getValue(), limit));
    }

    /** The page of an address; empty if it is not to come. */
    Optional<Run> page(long address) {
        long start = address & -PageSink.PAGE;
        Map.Entry<Long, Run> entry = runs.floorEntry(start);
        return entry == null || entry.getValue().end() <= start
                ? Optional.empty()
                : Optional.of(entry.getValue().part(start, start + PageSink.PAGE));
    }

    /** All there are, ascending. */
    List<Run> all() {
        return List.copyOf(runs.values());
    }

    private static Run cut(Run run, long limit) {
        return run.part(run.start(), Math.min(run.end(), run.start() + limit));
    }

    /** These are there, or are no more. */
    void remove(long start, long end) {
        take(start, end);
    }

    /** These are no more; or they were moved away, and what is there now came after them. */
    void unmapped(long start, long end) {
        if (!unmapsToCome.remove(new Range(start, end))) {
            take(start, end);
        }
    }

    /** These belong elsewhere now, in place of what was to come there. */
    void move(long from, long to, long bytes) {
        List<Run> moved = take(from, from + bytes);
        unmapsToCome.add(new Range(from, from + bytes));
        remove(to, to + bytes);
        for (Run run : moved) {
            long start = run.start() - from + to;
            runs.put(start, new Run(start, start + run.bytes(), run.origin()));
        }
    }

    private List<Run> take(long start, long end) {
        List<Run> taken = new ArrayList<>();
        Map.Entry<Long, Run> before = runs.floorEntry(start);
        Long first = before != null && before.getValue().end() > start ? before.getKey() : runs.ceilingKey(start);
        while (first != null && first < end) {
            Run run = runs.remove(first);
            if (run.start() < start) {
                runs.put(run.start(), run.part(run.start(), start));
            }
            if (run.end() > end) {
                runs.put(end, run.part(end, run.end()));
            }
            taken.add(run.part(Math.max(start, run.start()), Math.min(end, run.end())));
            first = runs.ceilingKey(Math.max(start, run.start()) + 1);
        }
        return taken;
    }
}
