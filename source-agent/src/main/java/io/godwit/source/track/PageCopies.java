package io.godwit.source.track;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Contents of pages as they were sent last, of all processes of a tree together, so that only what changed in them is sent the next time. Bounded. */
final class PageCopies {
    /** 32 MiB. */
    private static final int MOST_PAGES = 8192;

    private static final int CHUNK_PAGES = 512;
    private static final int PAGE = 4096;

    private final List<ByteBuffer> chunks = new ArrayList<>();
    private final BitSet taken = new BitSet();
    private int most = MOST_PAGES;

    /** Room for a page; -1 if there is none. */
    int take() {
        int slot = taken.nextClearBit(0);
        if (slot >= most || slot / CHUNK_PAGES == chunks.size() && !grow()) {
            return -1;
        }
        taken.set(slot);
        return slot;
    }

    boolean hasRoom() {
        return taken.nextClearBit(0) < most;
    }

    private boolean grow() {
        try {
            chunks.add(ByteBuffer.allocateDirect(CHUNK_PAGES * PAGE));
            return true;
        } catch (OutOfMemoryError e) {
            // there is no more room in the memory that is for buffers
            most = chunks.size() * CHUNK_PAGES;
            return false;
        }
    }

    void giveBack(int slot) {
        taken.clear(slot);
    }

    /** The buffer that has a page, at {@link #offset}. */
    ByteBuffer buffer(int slot) {
        return chunks.get(slot / CHUNK_PAGES);
    }

    int offset(int slot) {
        return slot % CHUNK_PAGES * PAGE;
    }

    /** Keeps what a page holds now. */
    void put(int slot, ByteBuffer contents, int at) {
        buffer(slot).put(offset(slot), contents, at, PAGE);
    }

    /**
     * Finds the words that a page does not hold any more.
     *
     * @param changed is filled with where they are in the page, in bytes
     * @return how many there are; one more than fit if there are more
     */
    int compare(int slot, ByteBuffer contents, int at, int[] changed) {
        ByteBuffer before = buffer(slot).slice(offset(slot), PAGE);
        ByteBuffer now = contents.slice(at, PAGE);
        int count = 0;
        for (int from = 0; from < PAGE; from = changed[count - 1] + Long.BYTES) {
            int equal = before.position(from).mismatch(now.position(from));
            if (equal < 0) {
                break;
            }
            if (count == changed.length) {
                return count + 1;
            }
            changed[count++] = from + equal & -Long.BYTES;
        }
        return count;
    }
}
