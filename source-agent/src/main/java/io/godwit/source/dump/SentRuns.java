package io.godwit.source.dump;

import io.godwit.image.pages.PageSink;
import io.godwit.source.track.SentPages;
import java.io.IOException;
import java.nio.ByteBuffer;

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
        boolean known = sent.same(start, contents, at);
        for (int to = PAGE; to <= length; to += PAGE) {
            boolean next = to < length && sent.same(start + to, contents, at + to);
            if (to < length && next == known) {
                continue;
            }
            pages += known ? 0 : (to - from) / PAGE;
            if (known) {
                sink.parent(start + from, (to - from) / PAGE);
            } else if (lent) {
                sink.lent(start + from, at + from, to - from);
            } else {
                sink.data(start + from, contents.slice(at + from, to - from));
            }
            from = to;
            known = next;
        }
        return pages;
    }
}
