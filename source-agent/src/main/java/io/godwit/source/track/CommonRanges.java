package io.godwit.source.track;

import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.VmaEntry;
import java.util.ArrayList;
import java.util.List;

/** Where two processes have mappings of the same kind, of the same file, at the same addresses: a fork hands these on. */
record CommonRanges(List<Range> ranges) {
    private static final int FILE_PRIVATE = 1 << 6;
    /** A lock is not handed on and does not matter: it changes no page. */
    private static final int MAP_LOCKED = 0x2000;

    /** A range of addresses. */
    record Range(long start, long end) {}

    /** The ranges that two memories have in common, ascending. */
    static CommonRanges of(MmEntry one, MmEntry other) {
        List<Range> ranges = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < one.getVmasCount() && j < other.getVmasCount()) {
            VmaEntry a = one.getVmas(i);
            VmaEntry b = other.getVmas(j);
            long start = Math.max(a.getStart(), b.getStart());
            long end = Math.min(a.getEnd(), b.getEnd());
            if (start < end && alike(a, b)) {
                ranges.add(new Range(start, end));
            }
            if (a.getEnd() <= b.getEnd()) {
                i++;
            } else {
                j++;
            }
        }
        return new CommonRanges(List.copyOf(ranges));
    }

    private static boolean alike(VmaEntry a, VmaEntry b) {
        boolean file = (a.getStatus() & FILE_PRIVATE) != 0;
        return file == ((b.getStatus() & FILE_PRIVATE) != 0)
                && (a.getFlags() & ~MAP_LOCKED) == (b.getFlags() & ~MAP_LOCKED)
                && a.getShmid() == b.getShmid()
                && (!file || a.getPgoff() - a.getStart() == b.getPgoff() - b.getStart());
    }
}
