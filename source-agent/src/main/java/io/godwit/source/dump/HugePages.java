package io.godwit.source.dump;

import io.godwit.image.pages.PageSink;
import io.godwit.linux.memory.PageCategory;
import io.godwit.linux.memory.PagemapScanner;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.VmaFlags;
import io.godwit.source.collect.VmaKind;
import java.io.IOException;
import java.util.List;

/**
 * Finds the transparent huge pages in mappings whose program asked for them by madvise(2). To be told before tracking begins to write-protect
 * them, as the first write to a protected one splits it.
 */
final class HugePages {
    private static final String ASKED_FOR = "hg";

    private HugePages() {}

    /** Tells a sink of those of a process. */
    static void tell(int pid, List<Vma> maps, VmaFlags flags, PageSink sink) throws IOException {
        List<Vma> asked = maps.stream()
                .filter(vma ->
                        VmaKind.of(vma) == VmaKind.ANON_PRIVATE && flags.of(vma).contains(ASKED_FOR))
                .toList();
        if (asked.isEmpty()) {
            return;
        }
        try (PagemapScanner scanner = PagemapScanner.open(pid)) {
            if (!scanner.tells(PageCategory.HUGE)) {
                return;
            }
            for (Vma vma : asked) {
                scanner.scan(
                        vma.start(),
                        vma.end(),
                        0,
                        0,
                        PageCategory.HUGE,
                        0,
                        PageCategory.HUGE,
                        (start, end, categories) -> sink.huge(start, (end - start) / PageSink.PAGE));
            }
        }
    }
}
