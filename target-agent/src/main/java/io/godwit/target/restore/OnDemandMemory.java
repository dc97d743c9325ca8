package io.godwit.target.restore;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.proto.VmaEntry;
import io.godwit.target.plan.Abi;
import io.godwit.target.plan.AddressRange;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.TaskSnapshot;
import io.godwit.target.plan.VmaKind;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a task's memory is left empty by a restore, to be fetched when it is touched: the pages that the images say may be, in private
 * anonymous memory that is not locked.
 *
 * @param mappings that have such pages, whole, ascending
 * @param atOnce the pages that are not left, ascending
 */
record OnDemandMemory(List<AddressRange> mappings, List<PageIndex.Extent> atOnce) {
    private static final int NEVER = Abi.MAP_LOCKED | Abi.MAP_HUGETLB;

    /**
     * Of a task.
     *
     * @throws RestoreException if the contents of pages are nowhere, and must be there at once
     */
    static OnDemandMemory of(TaskSnapshot task, PageIndex pages) throws RestoreException {
        RangeSet may = new RangeSet();
        pages.onDemand().forEach(range -> may.add(range.start(), range.end()));
        RangeSet left = new RangeSet();
        List<AddressRange> mappings = new ArrayList<>();
        for (VmaEntry vma : task.vmas()) {
            List<AddressRange> within = mayWait(vma) ? may.within(vma.getStart(), vma.getEnd()) : List.of();
            if (!within.isEmpty()) {
                mappings.add(new AddressRange(vma.getStart(), vma.getEnd()));
                within.forEach(range -> left.add(range.start(), range.end()));
            }
        }
        List<PageIndex.Extent> extents = pages.extents();
        requireContents(task, may, left, extents);
        return new OnDemandMemory(mappings, without(extents, left));
    }

    private static boolean mayWait(VmaEntry vma) {
        return VmaKind.of(vma) == VmaKind.ANON_PRIVATE && (vma.getFlags() & NEVER) == 0;
    }

    private static List<PageIndex.Extent> without(List<PageIndex.Extent> extents, RangeSet left) {
        List<PageIndex.Extent> rest = new ArrayList<>();
        for (PageIndex.Extent extent : extents) {
            RangeSet own = new RangeSet();
            own.add(extent.vaddr(), extent.end());
            for (AddressRange range : own.minus(left)) {
                long offset = extent.offset() + range.start() - extent.vaddr();
                rest.add(
                        new PageIndex.Extent(range.start(), range.bytes() / PageSink.PAGE, extent.pagesFile(), offset));
            }
        }
        return rest;
    }

    /** Every page that may be left is left, or is in a file. */
    private static void requireContents(TaskSnapshot task, RangeSet may, RangeSet left, List<PageIndex.Extent> extents)
            throws RestoreException {
        RangeSet known = left.copy();
        extents.forEach(extent -> known.add(extent.vaddr(), extent.end()));
        for (AddressRange range : may.minus(known)) {
            throw new RestoreException("the contents of " + range + " of " + task
                    + " stayed with the process that was dumped, and this is no memory that can be fetched later; dump again"
                    + " without --lazy-pages");
        }
    }
}
