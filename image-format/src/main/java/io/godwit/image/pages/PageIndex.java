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
    private final RangeList onDemand;

    private PageIndex(Loader.Found found) {
        this.extents = found.extents;
        this.onDemand = found.onDemand;
    }

    /** Whole pages, from an address to another. */
    public record Range(long start, long end) {}

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
        return new PageIndex(new Loader(id, true).load(directory));
    }

    /** The same for a restore on demand: the contents of pages that may be asked for later need not be in any file. */
    public static PageIndex loadOnDemand(Path directory, PagemapId id) throws IOException {
        return new PageIndex(new Loader(id, false).load(directory));
    }

    /** The index of the parent of a directory; empty if there is no parent, or if it has no such pagemap. */
    static PageIndex loadParent(Path directory, PagemapId id) throws IOException {
        return new PageIndex(new Loader(id, true).loadParent(directory));
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

    /** The pages that may be restored on demand, ascending; the contents of some of them may be nowhere here. */
    public List<Range> onDemand() {
        return onDemand.list();
    }

    ExtentList.Cursor cursor() {
        return extents.new Cursor();
    }

    /** Loads one pagemap and its parents, each of them at most once. */
    private static final class Loader {
        private final PagemapId id;
        private final boolean all;
        private final Set<Path> seen = new HashSet<>();

        /** @param all every page's contents must be in a file */
        Loader(PagemapId id, boolean all) {
            this.id = id;
            this.all = all;
        }

        /** What one snapshot has with its parents. */
        private static final class Found {
            private final ExtentList extents = new ExtentList();
            private final RangeList onDemand = new RangeList();
        }

        Found load(Path directory) throws IOException {
            ParentLink.visit(directory, seen);
            PagemapFile map = PagemapFile.open(directory, id);
            Level level = new Level(map, directory);
            map.forEach(level);
            level.checkPagesFile();
            return level.found;
        }

        Found loadParent(Path directory) throws IOException {
            Optional<Path> parent = ParentLink.follow(directory);
            boolean has = parent.isPresent() && Files.exists(parent.get().resolve(id.pagemapFileName()));
            return has ? load(parent.get()) : new Found();
        }

        /** One snapshot of the chain; its parent is loaded at the first page that is there. */
        private final class Level implements PagemapFile.RunVisitor {
            private final PagemapFile map;
            private final Path directory;
            private final Found found = new Found();
            private Found parent;
            private ExtentList.Cursor cursor;
            private long offset;
            /** So many bytes of the pages file are needed. */
            private long needed;

            Level(PagemapFile map, Path directory) {
                this.map = map;
                this.directory = directory;
            }

            @Override
            public void run(long start, long end, int flags) throws IOException {
                if ((flags & PageFlags.PARENT) != 0) {
                    copyFromParent(start, end);
                    return;
                }
                boolean onDemand = (flags & PageFlags.LAZY) != 0;
                if (onDemand) {
                    found.onDemand.add(start, end);
                }
                if ((flags & PageFlags.PRESENT) != 0) {
                    found.extents.add(start, end, map.pages(), offset);
                    offset += end - start;
                    needed = all || !onDemand ? offset : needed;
                } else if (all || !onDemand) {
                    throw new ImageException(String.format(
                            "%s: the contents of 0x%x-0x%x stayed with the process that was dumped (a lazy dump) and are in "
                                    + "no file; restore with --lazy-pages, or dump again without",
                            map.file(), start, end));
                }
            }

            private void copyFromParent(long start, long end) throws IOException {
                if (parent == null) {
                    parent = loadParent(directory);
                    cursor = parent.extents.new Cursor();
                }
                long missing = cursor.firstMissing(start, end);
                if (missing < end) {
                    throw new ImageException(String.format(
                            "%s: says that the page at 0x%x is in the parent, which does not have it; %s names the wrong "
                                    + "snapshot, or a snapshot is damaged",
                            map.file(), missing, directory.resolve(ParentLink.NAME)));
                }
                int i = cursor.firstEndingAbove(start);
                ExtentList there = parent.extents;
                for (long at = start; at < end; i++) {
                    long until = Math.min(end, there.end(i));
                    found.extents.add(at, until, there.file(i), there.offset(i) + at - there.start(i));
                    at = until;
                }
                found.onDemand.addWithin(parent.onDemand, start, end);
            }

            private void checkPagesFile() throws IOException {
                long size = Files.exists(map.pages()) ? Files.size(map.pages()) : 0;
                if (size < needed) {
                    throw new ImageException(map.pages() + ": has " + size + " bytes of the " + needed + " that "
                            + map.file() + " speaks of; it is truncated, dump or send it again");
                }
            }
        }
    }
}
