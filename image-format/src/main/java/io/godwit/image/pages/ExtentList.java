package io.godwit.image.pages;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Extents, ascending, in plain arrays: there can be a hundred thousand, and they are walked while the tree stands still. */
final class ExtentList {
    private final List<Path> paths = new ArrayList<>();
    private long[] starts = new long[16];
    private long[] ends = new long[16];
    private long[] offsets = new long[16];
    private int[] files = new int[16];
    private int size;

    int size() {
        return size;
    }

    long start(int i) {
        return starts[i];
    }

    long end(int i) {
        return ends[i];
    }

    /** Of the extent's first page in its file, in bytes. */
    long offset(int i) {
        return offsets[i];
    }

    Path file(int i) {
        return paths.get(files[i]);
    }

    /** Adds an extent above all others, or lengthens the last one if this one goes on where it ends. */
    void add(long start, long end, Path path, long offset) {
        int file = fileNumber(path);
        int last = size - 1;
        if (last >= 0
                && ends[last] == start
                && files[last] == file
                && offsets[last] + ends[last] - starts[last] == offset) {
            ends[last] = end;
            return;
        }
        if (size == starts.length) {
            grow();
        }
        starts[size] = start;
        ends[size] = end;
        offsets[size] = offset;
        files[size] = file;
        size++;
    }

    /** By identity, which is quick: each file of a chain is one object, and there are as few as there were rounds. */
    private int fileNumber(Path path) {
        for (int i = paths.size() - 1; i >= 0; i--) {
            if (paths.get(i) == path) {
                return i;
            }
        }
        paths.add(path);
        return paths.size() - 1;
    }

    private void grow() {
        int length = size * 2;
        starts = Arrays.copyOf(starts, length);
        ends = Arrays.copyOf(ends, length);
        offsets = Arrays.copyOf(offsets, length);
        files = Arrays.copyOf(files, length);
    }

    /** A place in the list that moves up with ascending questions, so that a walk through all costs no search. */
    final class Cursor {
        private int at;

        /** The first extent that ends above an address; {@link #size} if there is none. Addresses must not descend. */
        int firstEndingAbove(long address) {
            while (at < size && ends[at] <= address) {
                at++;
            }
            return at;
        }

        /** The first address of a range that no extent covers, or the range's end. */
        long firstMissing(long start, long end) {
            long covered = start;
            for (int i = firstEndingAbove(start); i < size && covered < end && starts[i] <= covered; i++) {
                covered = ends[i];
            }
            return Math.min(covered, end);
        }
    }
}
