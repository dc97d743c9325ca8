package io.godwit.source.track;

import io.godwit.linux.memory.PagemapScanner;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.VmaKind;
import java.io.IOException;

/** No tracking: every page counts as changed each time. Enough for a single dump. */
public final class UntrackedMemory implements MemoryTracker {
    private final PagemapScanner scanner;

    public UntrackedMemory(PagemapScanner scanner) {
        this.scanner = scanner;
    }

    @Override
    public void scan(Vma vma, VmaKind kind, Pass pass, Visitor visitor) throws IOException {
        PageWalk.resident(
                scanner,
                vma.start(),
                vma.end(),
                kind,
                0,
                pass.dumps(),
                (start, end, categories) -> visitor.pages(start, end, true));
    }

    @Override
    public long countWritten(Vma vma, VmaKind kind) {
        return NOT_COUNTED;
    }

    @Override
    public boolean current() throws IOException {
        return scanner.inUse();
    }

    @Override
    public void close() {
        scanner.close();
    }
}
