package io.godwit.image.pages;

import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.proto.PagemapEntry;
import io.godwit.image.proto.PagemapHead;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A pagemap file as it was read, with the rules for the fields of older versions applied.
 *
 * @param pages the file that holds the contents of its present runs
 */
record PagemapFile(Path file, Path pages, List<PageRun> runs) {
    static PagemapFile read(Path directory, PagemapId id) throws IOException {
        Path file = directory.resolve(id.pagemapFileName());
        ImageReader reader = ImageReader.openFile(file, ImageKind.PAGEMAP);
        PagemapHead head = reader.next(PagemapHead.parser());
        List<PageRun> runs = new ArrayList<>();
        long end = 0;
        while (reader.hasMore()) {
            PagemapEntry entry = reader.next(PagemapEntry.parser());
            PageRun run = run(entry);
            if (run.nrPages() <= 0 || run.vaddr() < end || run.end() < run.vaddr()) {
                throw new ImageException(String.format(
                        "%s: the run of %d pages at 0x%x is empty or out of order; the file is damaged",
                        file, run.nrPages(), run.vaddr()));
            }
            end = run.end();
            runs.add(run);
        }
        Path pages = directory.resolve(ImageKind.PAGES.fileName(Integer.toUnsignedLong(head.getPagesId())));
        return new PagemapFile(file, pages, runs);
    }

    private static PageRun run(PagemapEntry entry) {
        int flags = entry.hasFlags() ? entry.getFlags() : entry.getInParent() ? 0 : PageRun.PRESENT;
        flags |= entry.getInParent() ? PageRun.PARENT : 0;
        long pages = entry.hasNrPages() ? entry.getNrPages() : Integer.toUnsignedLong(entry.getCompatNrPages());
        return new PageRun(entry.getVaddr(), pages, flags);
    }
}
