package io.godwit.source.track;

import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.linux.memory.PageCategory;
import io.godwit.linux.memory.PagemapScanner;
import io.godwit.linux.memory.UserFaultFd;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.VmaKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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

    /** Ranges with less between them are looked at in one walk, which costs less than a call more. */
    private static final long NEAR_BYTES = 512 * PAGE;

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
            for (Suspect suspect : suspects(vma, kind)) {
                if (reached[0] < suspect.start()) {
                    visitor.pages(reached[0], suspect.start(), false);
                    reached[0] = suspect.start();
                }
                PageWalk.resident(
                        scanner,
                        suspect.start(),
                        suspect.end(),
                        kind,
                        protect | PagemapScanner.CHECK_REGISTERED,
                        (start, end, categories) -> {
                            reached[0] = end;
                            visitor.pages(start, end, (categories & PageCategory.WRITTEN) != 0);
                        });
                reached[0] = suspect.end();
            }
            if (reached[0] < vma.end()) {
                visitor.pages(reached[0], vma.end(), false);
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            // The failed walk may have protected pages that it did not get to report.
            boolean tracked = !last && uffd.register(vma.start(), vma.end());
            PageWalk.resident(
                    scanner,
                    reached[0],
                    vma.end(),
                    kind,
                    tracked ? protect : 0,
                    (start, end, categories) -> visitor.pages(start, end, true));
        }
    }

    /** A range that may have pages that were written, or none. */
    private record Suspect(long start, long end) {}

    /**
     * Where to look closer. The kernel tells in a tenth of the time which pages are not protected, when it is asked for
     * nothing else: those that were written, and those that are not there. All others are there and unchanged. In a
     * mapping of a file that is not so: markers of pages that are gone are protected too.
     */
    private List<Suspect> suspects(Vma vma, VmaKind kind) throws IOException {
        if (kind.fileUnderneath()) {
            return List.of(new Suspect(vma.start(), vma.end()));
        }
        List<Suspect> suspects = new ArrayList<>();
        scanner.scan(
                vma.start(),
                vma.end(),
                PagemapScanner.CHECK_REGISTERED,
                0,
                PageCategory.WRITTEN,
                0,
                PageCategory.WRITTEN,
                (start, end, categories) -> {
                    int last = suspects.size() - 1;
                    if (last >= 0 && start - suspects.get(last).end() < NEAR_BYTES) {
                        suspects.set(last, new Suspect(suspects.get(last).start(), end));
                    } else {
                        suspects.add(new Suspect(start, end));
                    }
                });
        return suspects;
    }

    @Override
    public long countWritten(Vma vma, VmaKind kind) throws IOException {
        long[] bytes = {0};
        try {
            for (Suspect suspect : suspects(vma, kind)) {
                PageWalk.resident(scanner, suspect.start(), suspect.end(), kind, 0, (start, end, categories) -> {
                    bytes[0] += (categories & PageCategory.WRITTEN) != 0 ? end - start : 0;
                });
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            // not registered: all that is there counts as written
            PageWalk.resident(scanner, vma.start(), vma.end(), kind, 0, (start, end, categories) -> {
                bytes[0] += end - start;
            });
        }
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
