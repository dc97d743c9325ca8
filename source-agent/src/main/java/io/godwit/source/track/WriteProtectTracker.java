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
        long[] reached = {vma.start()};
        try {
            PageWalk.resident(
                    scanner,
                    vma,
                    vma.start(),
                    kind,
                    protect | PagemapScanner.CHECK_REGISTERED,
                    (start, end, categories) -> {
                        reached[0] = end;
                        visitor.pages(start, end, (categories & PageCategory.WRITTEN) != 0);
                    });
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            // The failed walk may have protected pages that it did not get to report.
            boolean tracked = !last && uffd.register(vma.start(), vma.end());
            PageWalk.resident(
                    scanner,
                    vma,
                    reached[0],
                    kind,
                    tracked ? protect : 0,
                    (start, end, categories) -> visitor.pages(start, end, true));
        }
    }

    @Override
    public long countWritten(Vma vma, VmaKind kind) throws IOException {
        long[] bytes = {0};
        PageWalk.resident(scanner, vma, vma.start(), kind, 0, (start, end, categories) -> {
            bytes[0] += (categories & PageCategory.WRITTEN) != 0 ? end - start : 0;
        });
        return bytes[0] / PAGE;
    }

    @Override
    public boolean current() throws IOException {
        return scanner.inUse();
    }

    @Override
    public void close() {
        uffd.close();
        scanner.close();
    }
}
