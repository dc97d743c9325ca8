package io.godwit.image.pages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Which pages the parent of a snapshot speaks of in a pagemap, wherever in the chain their contents are. */
public final class ParentPages {
    private final ExtentList.Cursor cursor;

    private ParentPages(ExtentList extents) {
        this.cursor = extents.new Cursor();
    }

    /** Whether a directory has a parent that has this pagemap. */
    public static boolean exist(Path directory, PagemapId id) throws IOException {
        return parent(directory, id).isPresent();
    }

    /** Reads the pagemap in the parent of a directory; empty if there is no parent, or if it has no such pagemap. */
    public static Optional<ParentPages> of(Path directory, PagemapId id) throws IOException {
        Optional<Path> parent = parent(directory, id);
        if (parent.isEmpty()) {
            return Optional.empty();
        }
        PagemapFile map = PagemapFile.open(parent.get(), id);
        ExtentList extents = new ExtentList();
        // addresses stand for offsets, so that neighbouring entries become one extent
        map.forEach((start, end, flags) -> extents.add(start, end, map.file(), start));
        return Optional.of(new ParentPages(extents));
    }

    private static Optional<Path> parent(Path directory, PagemapId id) throws IOException {
        return ParentLink.follow(directory).filter(parent -> Files.exists(parent.resolve(id.pagemapFileName())));
    }

    /** The first address of a range that the parent lacks, or the range's end. Ranges must ascend. */
    public long firstMissing(long start, long end) {
        return cursor.firstMissing(start, end);
    }
}
