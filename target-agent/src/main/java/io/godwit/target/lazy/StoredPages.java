package io.godwit.target.lazy;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PagesReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The pages of images here, through all of their parents. */
final class StoredPages implements PageSource {
    private final Map<Integer, TreeMap<Long, PageIndex.Extent>> extents = new HashMap<>();
    private final PagesReader reader = new PagesReader();

    /** @param images of all tasks, by pid */
    StoredPages(Map<Integer, PageIndex> images) {
        images.forEach((pid, index) -> {
            TreeMap<Long, PageIndex.Extent> own = new TreeMap<>();
            index.extents().forEach(extent -> own.put(extent.vaddr(), extent));
            extents.put(pid, own);
        });
    }

    @Override
    public void read(int pid, long vaddr, ByteBuffer into) throws IOException {
        Map.Entry<Long, PageIndex.Extent> entry = extents.get(pid).floorEntry(vaddr);
        if (entry == null || entry.getValue().end() <= vaddr) {
            throw new IOException(
                    String.format("the images have no contents of the page at 0x%x of pid %d", vaddr, pid));
        }
        PageIndex.Extent extent = entry.getValue();
        int bytes = (int) Math.min(into.remaining(), extent.end() - vaddr);
        long offset = extent.offset() + vaddr - extent.vaddr();
        ByteBuffer part = into.slice(into.position(), bytes);
        reader.read(extent.pagesFile(), offset, part);
        into.position(into.position() + bytes);
    }

    @Override
    public void finish(Optional<Page> left) {}

    @Override
    public void close() {
        reader.close();
    }
}
