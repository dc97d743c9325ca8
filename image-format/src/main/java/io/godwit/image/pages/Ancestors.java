package io.godwit.image.pages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What each snapshot above a given one holds of a pagemap, not flattened: a page that a newer snapshot replaces is freed in all
 * of them. Neighbouring ranges are joined, so that one call frees them; the last ones are freed at {@link #flush}.
 */
public final class Ancestors {
    private final List<Level> levels = new ArrayList<>();

    /** Reads all ancestors of a directory that have the pagemap, up to the first that has not. */
    public static Ancestors of(Path directory, PagemapId id, HolePuncher puncher) throws IOException {
        Ancestors ancestors = new Ancestors();
        Set<Path> seen = new HashSet<>();
        ParentLink.visit(directory, seen);
        Optional<Path> next = ParentLink.follow(directory);
        while (next.isPresent() && Files.exists(next.get().resolve(id.pagemapFileName()))) {
            ParentLink.visit(next.get(), seen);
            ancestors.levels.add(Level.read(PagemapFile.open(next.get(), id), puncher));
            next = ParentLink.follow(next.get());
        }
        return ancestors;
    }

    /** Frees a range of memory addresses; ranges must ascend. */
    public void punch(long start, long end) throws IOException {
        for (Level level : levels) {
            level.punch(start, end);
        }
    }

    /** Frees what was joined last. */
    public void flush() throws IOException {
        for (Level level : levels) {
            level.flush();
        }
    }

    /** One ancestor. */
    private static final class Level {
        private final ExtentList extents;
        private final ExtentList.Cursor cursor;
        private final Path file;
        private final HolePuncher puncher;
        private long from;
        private long until;

        private Level(ExtentList extents, Path file, HolePuncher puncher) {
            this.extents = extents;
            this.cursor = extents.new Cursor();
            this.file = file;
            this.puncher = puncher;
        }

        static Level read(PagemapFile map, HolePuncher puncher) throws IOException {
            ExtentList extents = new ExtentList();
            long[] offset = {0};
            map.forEach((start, end, flags) -> {
                if ((flags & PageFlags.PRESENT) != 0) {
                    extents.add(start, end, map.pages(), offset[0]);
                    offset[0] += end - start;
                }
            });
            return new Level(extents, map.pages(), puncher);
        }

        void punch(long start, long end) throws IOException {
            for (int i = cursor.firstEndingAbove(start); i < extents.size() && extents.start(i) < end; i++) {
                long first = Math.max(start, extents.start(i));
                long last = Math.min(end, extents.end(i));
                long base = extents.offset(i) - extents.start(i);
                join(base + first, base + last);
            }
        }

        private void join(long start, long end) throws IOException {
            if (start != until) {
                flush();
                from = start;
            }
            until = end;
        }

        void flush() throws IOException {
            if (until > from) {
                puncher.punch(file, from, until - from);
            }
            from = until;
        }
    }
}
