package io.godwit.linux.memory;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import java.io.IOException;

/**
 * A shared memory object that is mapped here for reading, to notice what no process's page table tells: a page that was taken out of the object, by
 * MADV_REMOVE, fallocate(2) or truncate(2), is unmapped everywhere, here too, and stays so though another takes its place.
 */
public final class ObjectView implements AutoCloseable {
    private static final int PROT_READ = 1;
    private static final int MAP_SHARED = 1;
    private static final int MADV_POPULATE_READ = 22;
    private static final int PAGE = 4096;

    private final long address;
    private final long bytes;
    private final PagemapScanner scanner;
    private final UserFaultFd alone;

    private ObjectView(long address, long bytes, PagemapScanner scanner, UserFaultFd alone) {
        this.address = address;
        this.bytes = bytes;
        this.scanner = scanner;
        this.alone = alone;
    }

    /**
     * Maps an object, of which nothing is looked at yet.
     *
     * @throws LinuxException also if this kernel has no asynchronous write protection
     * @param bytes its size, not 0
     */
    public static ObjectView of(Fd object, long bytes, String name) throws LinuxException {
        long whole = bytes + PAGE - 1 & -PAGE;
        long address;
        // the kernel registers only what could be made writable
        try (Fd writable = Descriptors.open("/proc/self/fd/" + object.number(), Descriptors.O_RDWR, 0)) {
            address = Kernel.check(
                    Kernel.syscall(Syscall.MMAP, 0, whole, PROT_READ, MAP_SHARED, writable.number(), 0), "mmap", name);
        }
        try {
            UserFaultFd alone = alone(address, whole, name);
            try {
                int self = Math.toIntExact(ProcessHandle.current().pid());
                return new ObjectView(address, whole, PagemapScanner.open(self), alone);
            } catch (LinuxException e) {
                alone.close();
                throw e;
            }
        } catch (LinuxException e) {
            Kernel.syscall(Syscall.MUNMAP, address, whole);
            throw e;
        }
    }

    /**
     * Has the kernel map a page alone: else it maps those around it too, and one that was taken out just before would look as if it had been there
     * all the time. It does not do that where writes can be tracked.
     */
    private static UserFaultFd alone(long address, long bytes, String name) throws LinuxException {
        UserFaultFd alone = UserFaultFd.ofThisProcess();
        try {
            if (alone.register(address, address + bytes)) {
                return alone;
            }
            throw new LinuxException("ioctl(UFFDIO_REGISTER)", name, Errno.EINVAL, "see godwit check");
        } catch (LinuxException e) {
            alone.close();
            throw e;
        }
    }

    /** Looks at a range, which should have pages, as a hole would get some; what can not be seen counts as taken out. */
    public void watch(long offset, long length) {
        Kernel.syscall(Syscall.MADVISE, address + offset, length, MADV_POPULATE_READ);
    }

    /** Takes the ranges of pages, by their offsets. */
    public interface Visitor {
        /** One run of pages. */
        void pages(long start, long end) throws IOException;
    }

    /** Tells which pages are not watched: they never were, or were taken out since, or the kernel has put them into swap. */
    public void unwatched(Visitor visitor) throws IOException {
        scanner.scan(
                address,
                address + bytes,
                0,
                PageCategory.PRESENT,
                PageCategory.PRESENT,
                0,
                PageCategory.PRESENT,
                (start, end, categories) -> visitor.pages(start - address, end - address));
    }

    /** Its size in whole pages. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        scanner.close();
        alone.close();
        Kernel.syscall(Syscall.MUNMAP, address, bytes);
    }
}
