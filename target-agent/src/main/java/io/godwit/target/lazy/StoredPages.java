package io.godwit.target.lazy;

import io.godwit.image.pages.PageIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The pages of images here, through all of their parents. */
final class StoredPages implements PageSource {
    private final Map<Integer, TreeMap<Long, PageIndex.Extent>> extents = new HashMap<>();
    private final Map<Path, FileChannel> files = new HashMap<>();

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
        FileChannel file = open(extent.pagesFile());
        while (part.hasRemaining()) {
            if (file.read(part, offset + part.position()) < 0) {
                throw new IOException(extent.pagesFile() + ": ends before the page at 0x" + Long.toHexString(vaddr)
                        + " of pid " + pid + "; it is truncated");
            }
        }
        into.position(into.position() + bytes);
    }

    private FileChannel open(Path file) throws IOException {
        FileChannel known = files.get(file);
        if (known == null) {
            known = FileChannel.open(file, StandardOpenOption.READ);
            files.put(file, known);
        }
        return known;
    }

    @Override
    public void finish(Optional<Page> left) {}

    @Override
    public void close() {
        for (FileChannel file : files.values()) {
            try {
                file.close();
            } catch (IOException e) {
                // it was only read
            }
        }
    }
}
