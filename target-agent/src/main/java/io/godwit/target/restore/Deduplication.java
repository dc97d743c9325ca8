package io.godwit.target.restore;

import io.godwit.image.pages.PageIndex;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** Frees the disk blocks of pages that are in the tasks by now. */
public final class Deduplication {
    private static final int PAGE_BYTES = 4096;

    private Deduplication() {}

    /**
     * Frees them.
     *
     * @param tasks where the pages of each lie
     */
    public static void punch(Collection<List<PageIndex.Extent>> tasks) throws IOException {
        for (List<PageIndex.Extent> extents : tasks) {
            for (PageIndex.Extent extent : extents) {
                try (Fd file = Descriptors.open(
                        extent.pagesFile().toString(), Descriptors.O_RDWR | Descriptors.O_NOFOLLOW, 0)) {
                    Descriptors.punchHole(file, extent.offset(), extent.nrPages() * PAGE_BYTES);
                }
            }
        }
    }
}
