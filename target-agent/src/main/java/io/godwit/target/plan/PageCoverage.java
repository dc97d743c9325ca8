package io.godwit.target.plan;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.proto.VmaEntry;
import java.util.List;

/** Which mappings of a task have pages to fill in. */
final class PageCoverage {
    private final List<PageIndex.Extent> extents;

    /** @param extents ascending, not overlapping */
    PageCoverage(List<PageIndex.Extent> extents) {
        this.extents = extents;
    }

    /**
     * The protection to map with: writable if pages must be filled in. Other mappings get their own at once, since the kernel
     * accounts for writable memory and joins neighbours by that.
     */
    int firstProtection(VmaEntry vma) {
        return hasPages(vma) ? vma.getProt() | Abi.PROT_READ | Abi.PROT_WRITE : vma.getProt();
    }

    private boolean hasPages(VmaEntry vma) {
        int low = 0;
        int high = extents.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (extents.get(middle).end() <= vma.getStart()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < extents.size() && extents.get(low).vaddr() < vma.getEnd();
    }
}
