package io.godwit.source.dump;

import io.godwit.image.pages.OnDemandRanges;
import io.godwit.image.pages.PageSink;
import io.godwit.image.proto.VmaEntry;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.VmaKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What memory of a process may be restored on demand, that is after it runs again: private anonymous memory that is not locked. The
 * page that a thread's stack pointer is in is not, as CRIU returns into the thread by what it puts there.
 */
public final class OnDemand {
    /** Nothing. */
    static final OnDemand NONE = new OnDemand(List.of(), null);

    private static final int MAP_LOCKED = 0x2000;
    private static final int MAP_HUGETLB = 0x40000;
    /** The bits of a status by which an image knows private anonymous memory. */
    private static final int ANONYMOUS_PRIVATE = 1 << 9;

    private final List<Range> ranges;
    private final LeftMemory left;

    private record Range(long start, long end) {}

    /** @param left takes the pages whose contents stay with the process; null if all are passed on */
    private OnDemand(List<Range> ranges, LeftMemory left) {
        this.ranges = ranges;
        this.left = left;
    }

    /** As far as a look at the mappings tells; a restore does not rely on it. */
    static OnDemand of(List<Vma> maps) {
        return new OnDemand(
                maps.stream()
                        .filter(vma -> VmaKind.of(vma).anonymousPrivate())
                        .map(vma -> new Range(vma.start(), vma.end()))
                        .toList(),
                null);
    }

    /**
     * Of a frozen process.
     *
     * @param vmas its mappings as in the image, ascending
     * @param stackPointers of its threads
     * @param left takes note of the changed pages, whose contents stay with the process; null if all are passed on
     */
    static OnDemand of(List<VmaEntry> vmas, Collection<Long> stackPointers, LeftMemory left) {
        TreeSet<Long> needed = new TreeSet<>();
        stackPointers.forEach(pointer -> needed.add(pointer & -PageSink.PAGE));
        List<Range> ranges = new ArrayList<>();
        for (VmaEntry vma : vmas) {
            boolean may =
                    (vma.getStatus() & ANONYMOUS_PRIVATE) != 0 && (vma.getFlags() & (MAP_LOCKED | MAP_HUGETLB)) == 0;
            if (may) {
                addWithout(needed, vma.getStart(), vma.getEnd(), ranges);
            }
        }
        return new OnDemand(ranges, left);
    }

    private static void addWithout(TreeSet<Long> pages, long start, long end, List<Range> ranges) {
        long at = start;
        for (long page : pages.subSet(start, end)) {
            if (at < page) {
                ranges.add(new Range(at, page));
            }
            at = page + PageSink.PAGE;
        }
        if (at < end) {
            ranges.add(new Range(at, end));
        }
    }

    /** What takes note of pages whose contents stay with the process; empty if all are passed on. */
    Optional<LeftMemory> left() {
        return Optional.ofNullable(left);
    }

    /** Tells a sink before it gets the pages. */
    void tell(PageSink sink) {
        ranges.forEach(range -> sink.onDemand(range.start(), (range.end() - range.start()) / PageSink.PAGE));
    }

    /** To part runs by. */
    OnDemandRanges ranges() {
        OnDemandRanges list = new OnDemandRanges();
        ranges.forEach(range -> list.add(range.start(), range.end()));
        return list;
    }
}
