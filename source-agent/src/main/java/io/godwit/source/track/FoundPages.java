package io.godwit.source.track;

import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a walk found in a mapping, to be told later. */
final class FoundPages implements MemoryTracker.Visitor {
    private final List<PageRun> runs = new ArrayList<>();
    private boolean anew;

    @Override
    public void pages(long start, long end, boolean changed) {
        runs.add(new PageRun(start, end, changed));
    }

    @Override
    public void mappedAnew(long start, long end) {
        anew = true;
    }

    void tell(Vma vma, MemoryTracker.Visitor visitor) throws IOException {
        if (anew) {
            visitor.mappedAnew(vma.start(), vma.end());
        }
        for (PageRun run : runs) {
            visitor.pages(run.start(), run.end(), run.changed());
        }
    }
}
