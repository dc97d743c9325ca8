package io.godwit.page.criu.server;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.page.protocol.ProtocolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The pages of a finished dump. */
public final class DumpedPages implements LazyPages {
    private final Path directory;
    private final Map<Integer, List<PageIndex.Extent>> indexes = new HashMap<>();

    public DumpedPages(Path directory) {
        this.directory = directory;
    }

    @Override
    public Run from(int pid, long vaddr) throws IOException {
        PageIndex.Extent extent = find(index(pid), vaddr);
        if (extent == null) {
            throw new ProtocolException(String.format("the dump has no page at 0x%x of pid %d", vaddr, pid));
        }
        long offset = extent.offset() + vaddr - extent.vaddr();
        return new Stored(extent.pagesFile(), offset, (extent.end() - vaddr) / PageSink.PAGE);
    }

    @Override
    public boolean mayLeave() {
        return true;
    }

    @Override
    public boolean mustBeFetched() {
        return false;
    }

    private synchronized List<PageIndex.Extent> index(int pid) throws IOException {
        List<PageIndex.Extent> known = indexes.get(pid);
        if (known != null) {
            return known;
        }
        PagemapId id = new PagemapId(PagemapId.Kind.TASK, pid);
        if (!Files.exists(directory.resolve(id.pagemapFileName()))) {
            throw new ProtocolException("pid " + pid + " was asked for, and " + directory + " has no such task");
        }
        List<PageIndex.Extent> extents = PageIndex.load(directory, id).extents();
        indexes.put(pid, extents);
        return extents;
    }

    private static PageIndex.Extent find(List<PageIndex.Extent> extents, long vaddr) {
        int low = 0;
        int high = extents.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            PageIndex.Extent extent = extents.get(middle);
            if (vaddr < extent.vaddr()) {
                high = middle - 1;
            } else if (vaddr >= extent.end()) {
                low = middle + 1;
            } else {
                return extent;
            }
        }
        return null;
    }
}
