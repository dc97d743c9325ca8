package io.godwit.image.pages;

import io.godwit.image.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where each page of a pagemap is, looked up once through the whole chain of parents. */
public final class PageIndex {
    private final ExtentList extents;

    private PageIndex(ExtentList extents) {
        this.extents = extents;
    }

    /**
     * Pages that lie together both in memory and in a pages file.
     *
     * @param offset of the first, in bytes
     */
    public record Extent(long vaddr, long nrPages, Path pagesFile, long offset) {
        public long end() {
            return vaddr + nrPages * PageSink.PAGE;
        }
    }

    /** Reads a pagemap and, as far as pages are in them, those of its parents. */
    public static PageIndex load(Path directory, PagemapId id) throws IOException {
        return new PageIndex(new Loader(id).load(directory));
    }

    /** The index of the parent of a directory; empty if there is no parent, or if it has no such pagemap. */
    static PageIndex loadParent(Path directory, PagemapId id) throws IOException {
        return new PageIndex(new Loader(id).loadParent(directory));
    }

    /** Ascending, not overlapping. */
    public List<Extent> extents() {
        List<Extent> list = new ArrayList<>(extents.size());
        for (int i = 0; i < extents.size(); i++) {
            long pages = (extents.end(i) - extents.start(i)) / PageSink.PAGE;
            list.add(new Extent(extents.start(i), pages, extents.file(i), extents.offset(i)));
        }
        return list;
    }

    ExtentList.Cursor cursor() {
        return extents.new Cursor();
    }

    /** Loads one pagemap and its parents, each of them at most once. */
    private static final class Loader {
        private final PagemapId id;
        private final Set<Path> seen = new HashSet<>();

        Loader(PagemapId id) {
            this.id = id;
        }

        ExtentList load(Path directory) throws IOException {
            ParentLink.visit(directory, seen);
            PagemapFile map = PagemapFile.open(directory, id);
            Level level = new Level(map, directory);
            map.forEach(level);
            level.checkPagesFile();
            return level.extents;
        }

        ExtentList loadParent(Path directory) throws IOException {
            Optional<Path> parent = ParentLink.follow(directory);
            boolean has = parent.isPresent() && Files.exists(parent.get().resolve(id.pagemapFileName()));
            return has ? load(parent.get()) : new ExtentList();
        }

        /** One snapshot of the chain; its parent is loaded at the first page that is there. */
        private final class Level implements PagemapFile.RunVisitor {
            private final PagemapFile map;
            private final Path directory;
            private final ExtentList extents = new ExtentList();
            private ExtentList parent;
            private ExtentList.Cursor cursor;
            private long offset;

            Level(PagemapFile map, Path directory) {
                this.map = map;
                this.directory = directory;
            }

            @Override
            public void run(long start, long end, int flags) throws IOException {
                if ((flags & PageFlags.PARENT) != 0) {
                    copyFromParent(start, end);
                } else if ((flags & PageFlags.PRESENT) != 0) {
                    extents.add(start, end, map.pages(), offset);
                    offset += end - start;
                } else {
                    throw new ImageException(String.format(
                            "%s: the contents of 0x%x-0x%x stayed with the process that was dumped (a lazy dump) and are in "
                                    + "no file; dump again without lazy pages",
                            map.file(), start, end));
                }
            }

            private void copyFromParent(long start, long end) throws IOException {
                if (parent == null) {
                    parent = loadParent(directory);
                    cursor = parent.new Cursor();
                }
                long missing = cursor.firstMissing(start, end);
                if (missing < end) {
                    throw new ImageException(String.format(
                            "%s: says that the page at 0x%x is in the parent, which does not have it; %s names the wrong "
                                    + "snapshot, or a snapshot is damaged",
                            map.file(), missing, directory.resolve(ParentLink.NAME)));
                }
                int i = cursor.firstEndingAbove(start);
                for (long at = start; at < end; i++) {
                    long until = Math.min(end, parent.end(i));
                    extents.add(at, until, parent.file(i), parent.offset(i) + at - parent.start(i));
                    at = until;
                }
            }

            private void checkPagesFile() throws IOException {
                long size = Files.exists(map.pages()) ? Files.size(map.pages()) : 0;
                if (size < offset) {
                    throw new ImageException(map.pages() + ": has " + size + " bytes of the " + offset + " that "
                            + map.file() + " speaks of; it is truncated, dump or send it again");
                }
            }
        }
    }
}
