package io.godwit.source.track;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;

/**
 * Tells contents of pages apart, for one migration: by XXH64 with a seed of its own, so that of two contents that
 * nobody chose one is taken for the other once in 2^64 comparisons (docs/decisions/006). Bounds what all processes of the tree together may have noted.
 */
public final class PageHashes {
    /** Of 2 MiB each: notes of 8 GiB take 16 MiB. */
    private static final int MOST_REGIONS = 4096;

    private final XXHash64 hash = XXHashFactory.fastestInstance().hash64();
    private final long seed = ThreadLocalRandom.current().nextLong();
    private final PageCopies copies = new PageCopies();
    private int free;

    public PageHashes() {
        this(MOST_REGIONS);
    }

    /** @param mostRegions of {@link SentPages#REGION_PAGES} pages that may be noted at a time */
    PageHashes(int mostRegions) {
        this.free = mostRegions;
    }

    /** What is known of a process of which nothing was sent yet. */
    public SentPages ofProcess() {
        return new SentPages(this, false);
    }

    /** The same of a shared memory object, whose writes are not told by a tracker: each page is noted when it is sent first. */
    SentPages ofObject() {
        return new SentPages(this, true);
    }

    PageCopies copies() {
        return copies;
    }

    /** Never 0. */
    long of(ByteBuffer contents, int at, int bytes) {
        long value = hash.hash(contents, at, bytes, seed);
        return value == 0 ? 1 : value;
    }

    boolean take() {
        if (free == 0) {
            return false;
        }
        free--;
        return true;
    }

    void giveBack(int regions) {
        free += regions;
    }
}
