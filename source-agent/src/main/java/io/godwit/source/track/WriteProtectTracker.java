package io.godwit.source.track;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.memory.PageCategory;
import io.godwit.linux.memory.PagemapScanner;
import io.godwit.linux.memory.UserFaultFd;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.VmaKind;
import java.io.IOException;

/**
 * Tracks by asynchronous write protection and PAGEMAP_SCAN: one walk of the page tables reports the pages
 * that were written and protects them again.
 *
 * <p>A mapping that is new, was moved by mremap(2) or took another's place is not registered with the
 * userfaultfd. The scan asks the kernel to fail on such a one; it is then registered, and all of it counts
 * as changed.
 */
public final class WriteProtectTracker implements MemoryTracker {

    private static final int PAGE = 4096;

    private final PagemapScanner scanner;
    private final UserFaultFd uffd;

    public WriteProtectTracker(PagemapScanner scanner, UserFaultFd uffd) {
        this.scanner = scanner;
        this.uffd = uffd;
    }

    @Override
    public void scan(Vma vma, VmaKind kind, boolean last, Visitor visitor) throws IOException {
        long protect = last ? 0 : PagemapScanner.PROTECT_MATCHING;
        try {
            walk(vma, kind, protect | PagemapScanner.CHECK_REGISTERED, false, visitor);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            boolean tracked = !last && uffd.register(vma.start(), vma.end());
            walk(vma, kind, tracked ? protect : 0, true, visitor);
        }
    }

    @Override
    public long countWritten(Vma vma, VmaKind kind) throws IOException {
        long[] bytes = {0};
        PageWalk.resident(scanner, vma, kind, 0, (start, end, categories) -> {
            bytes[0] += (categories & PageCategory.WRITTEN) != 0 ? end - start : 0;
        });
        return bytes[0] / PAGE;
    }

    private void walk(Vma vma, VmaKind kind, long flags, boolean all, Visitor visitor) throws IOException {
        PageWalk.resident(
                scanner,
                vma,
                kind,
                flags,
                (start, end, categories) -> visitor.pages(start, end, all || (categories & PageCategory.WRITTEN) != 0));
    }

    @Override
    public void close() {
        uffd.close();
        scanner.close();
    }
}
