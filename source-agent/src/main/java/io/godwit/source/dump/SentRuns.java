package io.godwit.source.dump;

import io.godwit.image.pages.PageSink;
import io.godwit.source.track.SentPages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Passes on contents that were read, but for pages that hold what was sent of them last. */
final class SentRuns {
    private static final int PAGE = PageSink.PAGE;

    private SentRuns() {}

    /**
     * Passes on one run.
     *
     * @param at where in the contents the run begins
     * @param length in bytes, a multiple of the page size
     * @param lent the contents are the sink's own buffer
     * @return how many pages held something new
     */
    static long pass(SentPages sent, long start, int at, int length, ByteBuffer contents, boolean lent, PageSink sink)
            throws IOException {
        long pages = 0;
        int from = 0;
        boolean known = false;
        for (int page = 0; page < length; page += PAGE) {
            boolean same = sent.same(start + page, contents, at + page);
            int words = same || lent || !sink.takesWords() ? 0 : sent.changes(start + page, contents, at + page);
            pages += same ? 0 : 1;
            if (words > 0 || same != known) {
                tell(known, start + from, at + from, page - from, contents, lent, sink);
                from = page;
                known = same;
            }
            if (words > 0) {
                tellWords(sent, words, start + page, at + page, contents, sink);
                from = page + PAGE;
            }
        }
        tell(known, start + from, at + from, length - from, contents, lent, sink);
        return pages;
    }

    private static void tell(
            boolean known, long start, int at, int length, ByteBuffer contents, boolean lent, PageSink sink)
            throws IOException {
        if (length == 0) {
            return;
        }
        if (known) {
            sink.parent(start, length / PAGE);
        } else if (lent) {
            sink.lent(start, at, length);
        } else {
            sink.data(start, contents.slice(at, length));
        }
    }

    private static void tellWords(SentPages sent, int words, long address, int at, ByteBuffer contents, PageSink sink)
            throws IOException {
        sink.parent(address, 1);
        for (int i = 0; i < words; i++) {
            int offset = sent.changedAt(i);
            long value = contents.getLong(at + offset);
            sink.word(address + offset, contents.order() == ByteOrder.LITTLE_ENDIAN ? value : Long.reverseBytes(value));
        }
    }
}
