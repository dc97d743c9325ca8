package io.godwit.source.track;

import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import io.godwit.linux.memory.PageCategory;
import io.godwit.linux.memory.PagemapScanner;
import io.godwit.linux.memory.UserFaultFd;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import io.godwit.source.collect.VmaKind;
import io.godwit.source.freeze.FreezeException;
import io.godwit.source.freeze.FrozenTree;
import io.godwit.source.freeze.TreeFreezer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;

/**
 * Tracks by asynchronous write protection and PAGEMAP_SCAN: one walk of the page tables reports the pages
 * that were written and protects them again.
 *
 * <p>A mapping that is new, was moved by mremap(2) or took another's place is not registered with the
 * userfaultfd. The scan asks the kernel to fail on such a one; it is then registered, and all of it counts
 * as changed.
 *
 * <p>A process with files open for {@link DirectIo} stands still while it is scanned, so that no such read is on its way.
 */
public final class WriteProtectTracker implements MemoryTracker {
    private static final int PAGE = 4096;

    private final int pid;
    private final Fd process;
    private final PagemapScanner scanner;
    private final UnprotectedScan unprotected;
    private final UserFaultFd uffd;
    private final Lock ptrace;
    private final LastScan lastScan = new LastScan();
    /** What was found while the process stood still; null if it does not have to. */
    private Map<Vma, FoundPages> found;
    /** What was found of small mappings together, by their starts. */
    private Map<Long, FoundPages> small = Map.of();
    /** A write may have been missed, so all pages count as changed: in this round, and in the next one. */
    private boolean unsure;

    private boolean unsureNext;
    /** Where mappings began when the first of this pass was registered; null before. */
    private TreeSet<Long> starts;

    private long mappedAnew;

    /**
     * A tracker.
     *
     * @param parts owned by the tracker
     * @param ptrace held while the process is stopped, as a thread can have one tracer only
     */
    WriteProtectTracker(int pid, TrackerParts parts, Lock ptrace) {
        this.pid = pid;
        this.process = parts.process();
        this.scanner = PagemapScanner.of(pid, parts.pagemap());
        this.unprotected = new UnprotectedScan(scanner);
        this.uffd = UserFaultFd.again(parts.uffd());
        this.ptrace = ptrace;
    }

    /** What can be kept when this agent ends; empty if a write may have been missed. */
    Optional<TrackerParts> parts() {
        return unsureNext
                ? Optional.empty()
                : Optional.of(new TrackerParts(process, uffd.descriptor(), scanner.descriptor()));
    }

    /** Registers all that can be tracked; gives false if another tracker has some of it. */
    boolean claim() throws IOException {
        for (Vma vma : ProcDirectory.process(pid).maps()) {
            if (VmaKind.of(vma).privatePages() && uffd.takenByAnother(vma.start(), vma.end())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public List<Vma> begin(List<Vma> maps, Pass pass) throws IOException {
        lastScan.next();
        unsure = unsureNext;
        unsureNext = false;
        found = null;
        starts = null;
        small = pass == Pass.LAST ? SmallMappings.scan(scanner, maps, unsure) : Map.of();
        return !pass.frozen() && DirectIo.possible(pid) ? findStopped(maps) : maps;
    }

    @SuppressWarnings("try") // the stopped process is only held
    private List<Vma> findStopped(List<Vma> maps) throws IOException {
        ptrace.lock();
        try (FrozenTree stopped = TreeFreezer.freeze(pid)) {
            List<Vma> now = ProcDirectory.process(pid).maps();
            Map<Vma, FoundPages> runs = new HashMap<>();
            for (Vma vma : now) {
                VmaKind kind = VmaKind.of(vma);
                if (kind.privatePages()) {
                    FoundPages its = new FoundPages();
                    walk(vma, kind, Pass.PAUSED, its);
                    runs.put(vma, its);
                }
            }
            found = runs;
            return now;
        } catch (FreezeException e) {
            // it waits for a slow device; what it waits for will be seen in a later round
            unsureNext = true;
            return maps;
        } finally {
            ptrace.unlock();
        }
    }

    @Override
    public void end(Pass pass) throws IOException {
        if (!pass.frozen() && found == null && DirectIo.possible(pid)) {
            unsureNext = true;
        }
    }

    @Override
    public void scan(Vma vma, VmaKind kind, Pass pass, Visitor visitor) throws IOException {
        if (found == null) {
            FoundPages known = small.get(vma.start());
            if (known != null) {
                known.tell(vma, visitor);
            } else {
                walk(vma, kind, pass, visitor);
            }
            return;
        }
        FoundPages its = found.get(vma);
        if (its != null) {
            its.tell(vma, visitor);
        }
    }

    @Override
    public void unread(long page) {
        lastScan.spoil(page);
    }

    private void walk(Vma vma, VmaKind kind, Pass pass, Visitor visitor) throws IOException {
        Optional<LastScan.Pages> before = lastScan.of(vma);
        // after the last pass nobody asks what was there
        Visitor noting = pass.protects() ? noting(lastScan.note(vma), visitor) : visitor;
        long protect = pass.protects() ? PagemapScanner.PROTECT_MATCHING : 0;
        long flags = protect | PagemapScanner.CHECK_REGISTERED;
        long[] told = {vma.start()};
        PagemapScanner.Visitor tell = (start, end, categories) -> {
            told[0] = end;
            noting.pages(start, end, unsure || (categories & PageCategory.WRITTEN) != 0);
        };
        try {
            if (!kind.fileUnderneath() && (pass.frozen() || before.isPresent())) {
                Unprotected.Part unwritten = (start, end) -> {
                    told[0] = end;
                    unwritten(start, end, pass, before, noting);
                };
                walkClosely(vma, pass, flags, unwritten, tell);
            } else {
                PageWalk.resident(scanner, vma.start(), vma.end(), kind, flags, pass.dumps(), tell);
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            mappedAnew++;
            visitor.mappedAnew(vma.start(), vma.end());
            // The failed walk may have protected pages that it did not get to report.
            boolean tracked = pass.protects() && register(vma);
            PageWalk.resident(
                    scanner,
                    told[0],
                    vma.end(),
                    kind,
                    tracked ? protect : 0,
                    pass.dumps(),
                    (start, end, categories) -> noting.pages(start, end, true));
        }
    }

    /**
     * Registers a mapping, with what it has grown by since it was read: one of which a part is registered is two to the kernel, and
     * mremap(2) of the program fails with EFAULT on both together.
     */
    private boolean register(Vma vma) throws IOException {
        if (starts == null) {
            starts = new TreeSet<>();
            ProcDirectory.process(pid).maps().forEach(other -> starts.add(other.start()));
        }
        Long next = starts.higher(vma.start());
        return next != null && next > vma.end() && uffd.register(vma.start(), next)
                || uffd.register(vma.start(), vma.end());
    }

    @Override
    public void scanShared(Vma vma, Pass pass, Visitor visitor) throws IOException {
        if (untold()) {
            visitor.mappedAnew(vma.start(), vma.end());
            return;
        }
        try {
            written(vma, pass.protects() ? PagemapScanner.PROTECT_MATCHING : 0, visitor);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            mappedAnew++;
            if (pass.protects()) {
                registerShared(vma);
            }
            visitor.mappedAnew(vma.start(), vma.end());
        }
    }

    /** A device may be writing, or the process was stopped for its private memory. */
    private boolean untold() {
        return unsure || unsureNext || found != null;
    }

    /** If another mapping has come in its place, it must not count as scanned. */
    private void registerShared(Vma vma) throws IOException {
        if (!uffd.register(vma.start(), vma.end())) {
            return;
        }
        try {
            written(vma, PagemapScanner.PROTECT_MATCHING, (start, end, changed) -> {});
            if (ProcDirectory.process(pid).maps().contains(vma)) {
                return;
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
        }
        uffd.unregister(vma.start(), vma.end());
    }

    private void written(Vma vma, long protect, Visitor visitor) throws IOException {
        PageWalk.unprotected(
                scanner, vma.start(), vma.end(), protect, (start, end, categories) -> visitor.pages(start, end, true));
    }

    @Override
    public long countWrittenShared(Vma vma) throws IOException {
        if (untold()) {
            return 0;
        }
        long[] bytes = {0};
        try {
            written(vma, 0, (start, end, changed) -> bytes[0] += end - start);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            mappedAnew++;
            bytes[0] = vma.bytes();
        }
        return bytes[0] / PAGE;
    }

    private static Visitor noting(LastScan.Pages noted, Visitor visitor) {
        return (start, end, changed) -> {
            noted.add(start, end);
            visitor.pages(start, end, changed);
        };
    }

    /**
     * Looks closer only at what is not protected. The kernel tells in little time which pages are not, when it is asked for
     * nothing else: those that were written, and those that are not there. All others are there and unchanged, if the
     * mapping is as it was told, which only a process that stands still is sure of: one that runs may have taken the mapping
     * away, of which the kernel then tells nothing. In a mapping of a file that is not so: markers of pages that are gone are protected too.
     *
     * <p>Then those that are there are protected in as few calls as possible, since the kernel interrupts the processors that the
     * process runs on once for each 2 MiB, and at least once for each call. What is written meanwhile is told also.
     */
    private void walkClosely(Vma vma, Pass pass, long flags, Unprotected.Part unwritten, PagemapScanner.Visitor written)
            throws IOException {
        Unprotected bare =
                unprotected.of(vma, pass.frozen() ? UnprotectedScan.whileItStands() : UnprotectedScan.WHILE_IT_RUNS);
        bare.clusters(
                (from, to) -> PageWalk.written(scanner, from, to, flags, pass.dumps(), (start, end, categories) -> {
                    bare.protectedUpTo(start, unwritten);
                    bare.passed(end);
                    written.range(start, end, categories);
                }));
        bare.protectedUpTo(vma.end(), unwritten);
    }

    /** What is protected: all of it is there in a process that stands still, and in another one what was before. */
    private void unwritten(long start, long end, Pass pass, Optional<LastScan.Pages> before, Visitor visitor)
            throws IOException {
        if (pass.frozen()) {
            visitor.pages(start, end, unsure);
        } else if (before.isPresent()) {
            before.get().within(start, end, unsure, visitor);
        }
    }

    @Override
    public long countWritten(Vma vma, VmaKind kind) throws IOException {
        long[] bytes = {0};
        PagemapScanner.Visitor count =
                (start, end, categories) -> bytes[0] += (categories & PageCategory.WRITTEN) != 0 ? end - start : 0;
        try {
            if (kind.fileUnderneath()) {
                PageWalk.resident(scanner, vma.start(), vma.end(), kind, 0, false, count);
            } else {
                PageWalk.written(scanner, vma.start(), vma.end(), PagemapScanner.CHECK_REGISTERED, false, count);
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            mappedAnew++;
            // not registered: all that is there counts as written
            PageWalk.resident(scanner, vma.start(), vma.end(), kind, 0, false, (start, end, categories) -> {
                bytes[0] += end - start;
            });
        }
        return bytes[0] / PAGE;
    }

    @Override
    public long mappedAnew() {
        return mappedAnew;
    }

    @Override
    public boolean current() throws IOException {
        return scanner.inUse();
    }

    @Override
    public void close() {
        unprotected.close();
        process.close();
        uffd.close();
        scanner.close();
    }
}
