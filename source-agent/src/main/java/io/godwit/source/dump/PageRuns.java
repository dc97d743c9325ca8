package io.godwit.source.dump;

import io.godwit.image.pages.PageSink;
import io.godwit.linux.NativeMemory;
import io.godwit.source.track.CopyOnWritePages;
import io.godwit.source.track.SentPages;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/**
 * Collects runs of pages in the order of their addresses and passes them on in batches, so that many
 * scattered pages are read with one system call and nothing is allocated for any of them.
 */
final class PageRuns {
    static final int PAGE = 4096;
    private static final int MAX_RUNS = 512;
    /** As much as a processor's own cache keeps until it has been sent. */
    private static final int BUFFER_BYTES = 256 << 10;

    private final MemoryReader reader;
    private final CopyOnWritePages shared;
    private final SentPages sent;
    private final LongConsumer unread;
    private final NativeMemory buffer;
    private final Runnable rest;
    private final long[] starts = new long[MAX_RUNS];
    private final long[] lengths = new long[MAX_RUNS];
    private final boolean[] changed = new boolean[MAX_RUNS];
    private final long[] readStarts = new long[MAX_RUNS];
    private final long[] readLengths = new long[MAX_RUNS];
    private final boolean[] readShared = new boolean[MAX_RUNS];
    private int runs;
    private int changedRuns;
    private long changedBytes;
    private long changedPages;
    private long unchangedPages;
    private long sentPages;
    /** Where the last run ended. */
    private long reached;

    /**
     * No runs yet.
     *
     * @param shared which pages must stay shared; null if it does not matter
     * @param sent what the pages held when they were sent
     * @param unread is told the addresses of pages that could not be read any more
     * @param rest is run after each batch
     */
    PageRuns(
            MemoryReader reader,
            CopyOnWritePages shared,
            SentPages sent,
            LongConsumer unread,
            NativeMemory buffer,
            Runnable rest) {
        this.reader = reader;
        this.shared = shared;
        this.sent = sent;
        this.unread = unread;
        this.buffer = buffer;
        this.rest = rest;
    }

    /** Memory fit to be passed to the constructor; to be shared by dumps that follow each other. */
    static NativeMemory buffer() {
        return NativeMemory.allocate(BUFFER_BYTES);
    }

    void add(long start, long end, boolean isChanged, PageSink sink) throws IOException {
        sent.absent(reached, start);
        reached = end;
        if (isChanged && shared != null) {
            shared.split(start, end, (from, to, isShared) -> add(from, to, true, isShared, sink));
        } else {
            add(start, end, isChanged, false, sink);
        }
    }

    private void add(long start, long end, boolean isChanged, boolean isShared, PageSink sink) throws IOException {
        long from = start;
        while (from < end) {
            long room = isChanged ? BUFFER_BYTES - changedBytes : Long.MAX_VALUE;
            if (runs == MAX_RUNS || room == 0) {
                flush(sink);
                continue;
            }
            long length = Math.min(end - from, room);
            append(from, length, isChanged, isShared);
            from += length;
        }
    }

    private void append(long start, long length, boolean isChanged, boolean isShared) {
        starts[runs] = start;
        lengths[runs] = length;
        changed[runs] = isChanged;
        if (isChanged) {
            readStarts[changedRuns] = start;
            readLengths[changedRuns] = length;
            readShared[changedRuns] = isShared;
            changedRuns++;
            changedBytes += length;
            changedPages += length / PAGE;
        } else {
            unchangedPages += length / PAGE;
        }
        runs++;
    }

    /** Passes on what was added last; nothing follows. */
    void finish(PageSink sink) throws IOException {
        sent.absent(reached, Long.MAX_VALUE);
        flush(sink);
    }

    /** Reads what was added and passes it on. */
    void flush(PageSink sink) throws IOException {
        // what is lent bounds the runs, and single words are many
        boolean words = sink.takesWords() && keeps();
        ByteBuffer lent = changedRuns == 0 || words ? null : sink.lend((int) changedBytes);
        ByteBuffer contents = lent == null ? buffer.buffer() : lent;
        boolean whole = changedRuns == 0 || read(lent);
        if (lent != null && !whole) {
            sink.giveBack();
        }
        int at = 0;
        for (int i = 0; i < runs; i++) {
            int length = (int) lengths[i];
            if (!changed[i]) {
                sink.parent(starts[i], lengths[i] / PAGE);
            } else if (whole) {
                sentPages += SentRuns.pass(sent, starts[i], at, length, contents, lent != null, sink);
                at += length;
            } else {
                readPageByPage(starts[i], length, sink);
            }
        }
        if (lent != null && whole) {
            sink.giveBack();
        }
        runs = 0;
        changedRuns = 0;
        changedBytes = 0;
        rest.run();
    }

    /** Whether of a page to be read something is kept. */
    private boolean keeps() {
        for (int i = 0; i < changedRuns; i++) {
            if (sent.keeps(readStarts[i], readStarts[i] + readLengths[i])) {
                return true;
            }
        }
        return false;
    }

    private boolean read(ByteBuffer lent) throws IOException {
        if (lent == null) {
            return reader.read(readStarts, readLengths, readShared, changedRuns, buffer.address());
        }
        long local = NativeMemory.addressOf(lent.slice());
        boolean whole = reader.read(readStarts, readLengths, readShared, changedRuns, local);
        Reference.reachabilityFence(lent);
        return whole;
    }

    /** A mapping went away while it was read: what is left of it is found page by page. */
    private void readPageByPage(long start, int length, PageSink sink) throws IOException {
        for (long page = start; page < start + length; page += PAGE) {
            readStarts[0] = page;
            readLengths[0] = PAGE;
            readShared[0] = shared != null;
            sent.lost(page, page + PAGE);
            if (reader.read(readStarts, readLengths, readShared, 1, buffer.address())) {
                sink.data(page, buffer.buffer().slice(0, PAGE));
                sentPages++;
            } else {
                unread.accept(page);
            }
        }
    }

    long changedPages() {
        return changedPages;
    }

    /** Changed pages that were there and did not hold what was sent before. */
    long sentPages() {
        return sentPages;
    }

    long unchangedPages() {
        return unchangedPages;
    }
}
