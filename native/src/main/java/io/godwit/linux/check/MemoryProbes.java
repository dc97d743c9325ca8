package io.godwit.linux.check;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.memory.PageCategory;
import io.godwit.linux.memory.PagemapScanner;
import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.memory.UserFaultFd;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/** Tries to read memory and to see what is written to it. */
final class MemoryProbes {
    private static final String SELF_PAGEMAP = "/proc/self/pagemap";
    private static final int MADV_GUARD_INSTALL = 102;
    private static final int SOFT_DIRTY_BIT = 55;
    private static final byte[] CLEAR_SOFT_DIRTY = {'4'};

    private MemoryProbes() {}

    static String processVmRead(Subject subject) throws IOException {
        for (Vma vma : ProcDirectory.process(subject.pid()).maps()) {
            if ((vma.protection() & Vma.READ) != 0) {
                new ProcessMemory(subject.pid()).word(vma.start());
                return "";
            }
        }
        throw new IOException("process " + subject.pid() + " has no readable memory");
    }

    static String userfaultfd(Subject subject) throws LinuxException {
        UserFaultFd.ofThisProcess().close();
        return "";
    }

    static String pagemapScan(Subject subject) throws IOException {
        try (OwnPages pages = OwnPages.map();
                PagemapScanner scanner = PagemapScanner.open(self())) {
            pages.write(1);
            List<Long> found = new ArrayList<>();
            scanner.scan(
                    pages.start(),
                    pages.end(),
                    0,
                    0,
                    PageCategory.PRESENT,
                    0,
                    PageCategory.PRESENT,
                    (start, end, categories) -> found.add(start));
            expect(found.equals(List.of(pages.start() + OwnPages.PAGE_BYTES)), "a present page was not reported");
            return "";
        }
    }

    static String writeTracking(Subject subject) throws IOException {
        try (OwnPages pages = OwnPages.map();
                UserFaultFd uffd = UserFaultFd.ofThisProcess();
                PagemapScanner scanner = PagemapScanner.open(self())) {
            pages.write(0);
            pages.write(2);
            expect(uffd.register(pages.start(), pages.end()), "anonymous memory can not be registered");
            written(scanner, pages);
            expect(written(scanner, pages).isEmpty(), "pages count as written though nobody wrote");
            pages.write(2);
            List<Long> found = written(scanner, pages);
            expect(found.equals(List.of(pages.start() + 2 * OwnPages.PAGE_BYTES)), "a write was not noticed");
            return "";
        }
    }

    static String softDirty(Subject subject) throws IOException {
        try (OwnPages pages = OwnPages.map();
                Fd clear = Descriptors.open("/proc/self/clear_refs", Descriptors.O_WRONLY, 0);
                Fd pagemap = Descriptors.open(SELF_PAGEMAP, Descriptors.O_RDONLY, 0)) {
            pages.write(0);
            NativeMemory command = NativeMemory.of(CLEAR_SOFT_DIRTY);
            Descriptors.writeFully(clear, command.address(), CLEAR_SOFT_DIRTY.length);
            Reference.reachabilityFence(command);
            expect(!softDirtyBit(pagemap, pages), "the bit can not be cleared");
            pages.write(0);
            expect(softDirtyBit(pagemap, pages), "this kernel was built without it");
            return "";
        }
    }

    /** By either way. */
    static String dirtyTracking(Subject subject) throws IOException {
        try {
            return writeTracking(subject);
        } catch (IOException e) {
            try {
                return softDirty(subject);
            } catch (IOException f) {
                f.addSuppressed(e);
                throw f;
            }
        }
    }

    static String guardPages(Subject subject) throws IOException {
        try (OwnPages pages = OwnPages.map();
                PagemapScanner scanner = PagemapScanner.open(self())) {
            long second = pages.start() + OwnPages.PAGE_BYTES;
            Kernel.check(
                    Kernel.syscall(Syscall.MADVISE, second, OwnPages.PAGE_BYTES, MADV_GUARD_INSTALL),
                    "madvise(MADV_GUARD_INSTALL)",
                    "fresh memory");
            List<Long> found = new ArrayList<>();
            scanner.scan(
                    pages.start(),
                    pages.end(),
                    0,
                    0,
                    PageCategory.GUARD,
                    0,
                    PageCategory.GUARD,
                    (start, end, categories) -> found.add(start));
            expect(found.equals(List.of(second)), "a guard page was not reported");
            return "";
        }
    }

    private static List<Long> written(PagemapScanner scanner, OwnPages pages) throws IOException {
        List<Long> found = new ArrayList<>();
        scanner.scan(
                pages.start(),
                pages.end(),
                PagemapScanner.PROTECT_MATCHING | PagemapScanner.CHECK_REGISTERED,
                0,
                PageCategory.WRITTEN,
                0,
                PageCategory.WRITTEN,
                (start, end, categories) -> found.add(start));
        return found;
    }

    private static boolean softDirtyBit(Fd pagemap, OwnPages pages) throws IOException {
        NativeMemory entry = NativeMemory.allocate(Long.BYTES);
        int count = Descriptors.pread(
                pagemap, entry.address(), Long.BYTES, pages.start() / OwnPages.PAGE_BYTES * Long.BYTES);
        expect(count == Long.BYTES, SELF_PAGEMAP + " ends early");
        return (entry.buffer().getLong(0) >>> SOFT_DIRTY_BIT & 1) == 1;
    }

    private static int self() {
        return (int) ProcessHandle.current().pid();
    }

    private static void expect(boolean held, String otherwise) throws IOException {
        if (!held) {
            throw new IOException(otherwise);
        }
    }
}
