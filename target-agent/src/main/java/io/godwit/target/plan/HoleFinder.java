package io.godwit.target.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds address space that no task of a tree uses, neither now nor when it is restored. */
public final class HoleFinder {
    private static final long LOWEST = 0x10000000L;
    private static final long HIGHEST = 0x7fff_0000_0000L;

    private HoleFinder() {}

    /**
     * The middle of the largest gap, page aligned: far from stacks that may still grow.
     *
     * @throws RestoreException if no gap is large enough
     */
    public static long find(List<AddressRange> used, long bytes) throws RestoreException {
        List<AddressRange> sorted = new ArrayList<>(used);
        sorted.sort(Comparator.comparingLong(AddressRange::start));
        sorted.add(new AddressRange(HIGHEST, HIGHEST));
        long at = LOWEST;
        AddressRange best = new AddressRange(0, 0);
        for (AddressRange range : sorted) {
            long end = Math.min(range.start(), HIGHEST);
            if (end - at > best.bytes()) {
                best = new AddressRange(at, end);
            }
            at = Math.max(at, range.end());
        }
        if (best.bytes() < bytes + 2L * Abi.PAGE_SIZE) {
            throw new RestoreException("no hole of " + bytes
                    + " bytes is free in the address spaces of all tasks; godwit needs one while it restores");
        }
        long start = best.start() + (best.bytes() - bytes) / 2;
        return start & -Abi.PAGE_SIZE;
    }
}
