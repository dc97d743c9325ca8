package io.godwit.source.track;

import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.memory.ObjectView;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.SharedMemory;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;

/**
 * Which pages of a shared memory object the target has, and which may have changed since: what the processes that map it have written, and what was
 * taken out of it. Where that is not certain all may have changed, and what the pages held tells. Pages are counted from the object's beginning.
 * Used by one thread.
 */
public final class ObjectWrites implements AutoCloseable {
    private static final int PAGE_SHIFT = 12;

    private final SentPages sent;
    private final BitSet there = new BitSet();
    private final BitSet changed = new BitSet();
    /** Those that were not in the view when it was looked at last, and so may be holes. */
    private final BitSet unwatched = new BitSet();

    private Set<Place> places = Set.of();
    private Set<Place> found = new HashSet<>();
    private boolean unsure = true;
    /**
     * Null until the object was read for the first time, and where the kernel can not do it: then nothing is ever certain. A memfd has none, since it
     * would keep its own process from sealing it.
     */
    private ObjectView view;

    private boolean watching;

    /** Where a process has it mapped. */
    private record Place(TrackedTask task, long start, long end, long offset) {}

    ObjectWrites(SentPages sent) {
        this.sent = sent;
    }

    /** Of an object that nothing was sent of. */
    public static ObjectWrites unknown() {
        return new ObjectWrites(SentPages.NONE);
    }

    /** What the pages held when they were sent, by their offsets. */
    public SentPages sent() {
        return sent;
    }

    /** The object is mapped there; {@link #writesThrough} takes what was written. */
    void mapped(TrackedTask task, Vma vma) {
        found.add(new Place(task, vma.start(), vma.end(), vma.offset()));
    }

    /** Takes the addresses of a mapping that may have been written. */
    MemoryTracker.Visitor writesThrough(Vma vma) {
        return new MemoryTracker.Visitor() {
            @Override
            public void pages(long start, long end, boolean written) {
                changed.set(page(start - vma.start() + vma.offset()), page(end - vma.start() + vma.offset()));
            }

            @Override
            public void mappedAnew(long start, long end) {
                unsure = true;
            }
        };
    }

    /**
     * All processes were looked at. What was written through a mapping that is gone, nobody tells.
     *
     * @param certain there were no other processes since the last look
     */
    void looked(boolean certain) {
        unsure |= !certain || !found.equals(places);
        places = found;
        found = new HashSet<>();
    }

    /**
     * Finds what was taken out of the object, before it is read. Of a memfd nobody tells what was written by other ways than mappings.
     *
     * @param protects what is taken out afterwards must be found too
     */
    public void beforeReading(Fd object, SharedMemory.Segment segment, boolean protects) throws IOException {
        watching = protects;
        if (view != null && view.bytes() >>> PAGE_SHIFT != page(segment.bytes() + (1 << PAGE_SHIFT) - 1)) {
            view.close();
            view = null;
            unsure = true;
        }
        if (view == null) {
            unsure = true;
            view = protects && segment.bytes() > 0 && !segment.memfd() ? open(object, segment) : null;
        } else if (!unsure) {
            findUnwatched();
            BitSet gone = (BitSet) unwatched.clone();
            gone.and(there);
            changed.or(gone);
        }
    }

    private void findUnwatched() throws IOException {
        unwatched.clear();
        view.unwatched((start, end) -> unwatched.set(page(start), page(end)));
    }

    /** Looks for pages that were taken out, which takes as long as it will in the freeze. */
    void findGone() throws IOException {
        if (view != null && !unsure) {
            findUnwatched();
        }
    }

    /** Where the pages end that are no holes for sure, of those from one on: to ask the kernel for holes is to have it look at each page. */
    public int endOfData(int from) {
        if (view == null || unsure) {
            return from;
        }
        int hole = unwatched.nextSetBit(from);
        return hole < 0 ? Integer.MAX_VALUE : hole;
    }

    /** The next page from one on that is no hole for sure. */
    public int nextData(int from) {
        return view == null || unsure ? Integer.MAX_VALUE : unwatched.nextClearBit(from);
    }

    private static ObjectView open(Fd object, SharedMemory.Segment segment) {
        try {
            return ObjectView.of(object, segment.bytes(), segment.path());
        } catch (LinuxException e) {
            return null;
        }
    }

    /** Has what is taken out of a range found from now on; it is about to be read. */
    public void watch(long start, long end) {
        if (watching && view != null) {
            view.watch(start, end - start);
        }
    }

    /** Whether all pages must be looked at. */
    public boolean unsure() {
        return unsure;
    }

    /** The pages that the target has. */
    public BitSet there() {
        return there;
    }

    /** The pages that may have changed; the target may have them or not. */
    public BitSet changed() {
        return changed;
    }

    /** The target has these pages and no others, as they are unless they are written from now on. */
    public void told(BitSet pages) {
        there.clear();
        there.or(pages);
        changed.clear();
        unsure = false;
    }

    private static int page(long offset) {
        return Math.toIntExact(offset >>> PAGE_SHIFT);
    }

    @Override
    public void close() {
        sent.close();
        if (view != null) {
            view.close();
        }
    }
}
