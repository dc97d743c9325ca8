package io.godwit.target.restore;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PagesReader;
import io.godwit.target.plan.AddressRange;
import io.godwit.target.plan.TaskSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Fills tasks with pages of images, by several threads, in the way in which a migration fills them with what it receives. */
final class ImageFill {
    /** From here on pages are given, which takes less time for each, but has to be prepared. */
    private static final long WORTH_GIVING = 1L << 20;

    private static final long HUGE_PAGE = 2L << 20;

    private final PageFill fill;
    private final boolean lazy;
    private final List<GrownTask> tasks = new ArrayList<>();

    /**
     * Nothing to fill yet.
     *
     * @param lazy other pages are to come later, which must not be there before, as they would be beside others in a huge page
     */
    ImageFill(PagesReader reader, boolean lazy) {
        this.fill = new PageFill(reader);
        this.lazy = lazy;
    }

    /**
     * Adds a task, by the thread that traces it; its memory is writable.
     *
     * @param pages that it does not have yet, ascending
     * @param snapshot tells whether its program wants no huge pages
     */
    void add(GrownTask task, List<PageIndex.Extent> pages, TaskSnapshot snapshot) throws IOException {
        long own = PageFill.bytes(pages);
        boolean small = lazy || snapshot.mm().getThpDisabled();
        boolean huge = !small && inHugePages(task, pages);
        if (small || huge) {
            task.memory().expectEach(task);
        } else if (own >= WORTH_GIVING || task.memory().givesEach()) {
            task.memory().expect(task);
        }
        tasks.add(task);
        fill.add(() -> new InPlacePages(task, task.memory()), pages);
    }

    /** What fills a huge page is given out as one; tells whether there is something that does. */
    private static boolean inHugePages(GrownTask task, List<PageIndex.Extent> pages) throws IOException {
        boolean any = false;
        GrownMemory memory = task.memory();
        RangeSet all = new RangeSet();
        pages.forEach(extent -> all.add(extent.vaddr(), extent.end()));
        for (AddressRange possible : memory.mayBeHuge()) {
            for (AddressRange range : all.within(possible.start(), possible.end())) {
                long start = range.start() + HUGE_PAGE - 1 & -HUGE_PAGE;
                long end = range.end() & -HUGE_PAGE;
                if (start < end) {
                    if (memory.addHuge(task, start, end)) {
                        memory.adviseHuge(task, start, end);
                    }
                    any = true;
                }
            }
        }
        return any;
    }

    /** Fills all that were added. */
    void run() throws IOException {
        fill.run("fill memory");
        tasks.forEach(task -> task.memory().expectNoMore());
    }
}
