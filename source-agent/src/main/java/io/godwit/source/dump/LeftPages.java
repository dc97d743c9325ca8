package io.godwit.source.dump;

import io.godwit.image.pages.OnDemandRanges;
import io.godwit.image.pages.PageSink;
import java.io.IOException;

/** Passes on the pages of a process that keeps those which may be asked for later. */
final class LeftPages {
    private final int pid;
    private final LeftMemory memory;
    private final OnDemandRanges ranges;
    private final PageRuns runs;
    private final PageSink sink;
    private long pages;

    LeftPages(int pid, LeftMemory memory, OnDemand onDemand, PageRuns runs, PageSink sink) {
        this.pid = pid;
        this.memory = memory;
        this.ranges = onDemand.ranges();
        this.runs = runs;
        this.sink = sink;
    }

    /** What did not change is in the parent, and may be asked for all the same: who asks need not have the parent's contents. */
    void add(long start, long end, boolean changed) throws IOException {
        if (!changed) {
            runs.add(start, end, false, sink);
            memory.add(pid, start, end);
            return;
        }
        ranges.split(start, end, (from, to, stays) -> {
            if (stays) {
                runs.flush(sink);
                sink.left(from, (to - from) / PageSink.PAGE);
                memory.add(pid, from, to);
                pages += (to - from) / PageSink.PAGE;
            } else {
                runs.add(from, to, true, sink);
            }
        });
    }

    /** How many stay. */
    long pages() {
        return pages;
    }
}
