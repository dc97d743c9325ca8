package io.godwit.linux.memory;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.nio.ByteBuffer;

/** PAGEMAP_SCAN on a process's pagemap: which pages are where, and which were written since last asked. */
public final class PagemapScanner implements AutoCloseable {
    /** Flag: write-protect what is reported, in the same walk. */
    public static final long PROTECT_MATCHING = 1;

    /** Flag: fail where a range is not registered for asynchronous write protection. */
    public static final long CHECK_REGISTERED = 2;

    private static final long PAGEMAP_SCAN = 0xc0606610L;
    private static final int ARGUMENT_BYTES = 96;
    private static final int REGION_BYTES = 24;
    private static final int REGIONS = 2048;
    private static final int PAGE = 4096;

    /**
     * Walked at a time, in bytes: the kernel holds the lock of the address space meanwhile, for which a program that maps memory waits.
     * Besides, what is protected just before it is read is not written in between as often.
     */
    static final long STRETCH = 32 << 20;

    /** Where there is little to tell the kernel is quick, and a mapping may be of terabytes of nothing: the stretches become longer. */
    private static final int LITTLE = 4;

    private static final long LONGEST_STRETCH = 1L << 40;

    /** The swap type that the kernel keeps for entries without content, of five bits, in a pagemap word. */
    private static final long MARKER_TYPE = 31;

    private static final long WORD_SWAPPED = 1L << 62;

    private final int pid;
    private final Fd pagemap;
    private final NativeMemory argument = NativeMemory.allocate(ARGUMENT_BYTES);
    private final NativeMemory regions = NativeMemory.allocate(REGIONS * REGION_BYTES);

    /** The categories that the kernel knows; that of guard pages came with Linux 6.15. */
    private long known = ~0L;

    private PagemapScanner(int pid, Fd pagemap) {
        this.pid = pid;
        this.pagemap = pagemap;
    }

    /** Opens the pagemap of a process; needs PTRACE_MODE_READ on it. */
    public static PagemapScanner open(int pid) throws LinuxException {
        Fd pagemap = Descriptors.open("/proc/" + pid + "/pagemap", Descriptors.O_RDONLY, 0);
        return of(pid, pagemap);
    }

    /** The scanner that a descriptor belongs to; owned by the result. */
    public static PagemapScanner of(int pid, Fd pagemap) {
        PagemapScanner scanner = new PagemapScanner(pid, pagemap);
        if (scanner.ask(0, 0, 0, 0, 0, 0, PageCategory.GUARD) == -Errno.EINVAL.value()) {
            scanner.known = ~PageCategory.GUARD;
        }
        return scanner;
    }

    /** Another one with the same descriptor, for use by another thread meanwhile; it is this one that is to be closed. */
    public PagemapScanner beside() {
        PagemapScanner other = new PagemapScanner(pid, pagemap);
        other.known = known;
        return other;
    }

    /** The process whose memory it is. */
    public int pid() {
        return pid;
    }

    /** The pagemap. */
    public Fd descriptor() {
        return pagemap;
    }

    /** Whether the kernel can tell pages of this category from others. */
    public boolean tells(long category) {
        return (known & category) == category;
    }

    /** Takes the ranges that a scan finds, in ascending order. */
    public interface Visitor {
        /** One run of pages with the same categories. */
        void range(long start, long end, long categories) throws java.io.IOException;
    }

    /**
     * Walks a range of addresses, a stretch at a time: a run may be told in parts.
     *
     * @param flags {@link #PROTECT_MATCHING}, {@link #CHECK_REGISTERED} or 0
     * @param inverted categories whose meaning is turned around in {@code required}
     * @param required categories that a page must have to be reported, or must not have where inverted
     * @param anyOf categories of which it must have one; 0 for no such demand
     * @param reported categories to tell; runs that differ in them are split
     */
    public void scan(
            long start, long end, long flags, long inverted, long required, long anyOf, long reported, Visitor visitor)
            throws java.io.IOException {
        long from = start;
        long stretch = STRETCH;
        while (from < end) {
            long to = Math.min(end, (from + stretch) & -stretch);
            long told = walk(from, to, flags, inverted, required, anyOf, reported, visitor);
            stretch = told < stretch / LITTLE ? Math.min(2 * stretch, LONGEST_STRETCH) : STRETCH;
            from = to;
        }
    }

    /**
     * The same in as few calls as possible, for a process that stands still and has little in the range.
     *
     * @param start as all others, in {@link #scan}
     */
    public void scanAtOnce(
            long start, long end, long flags, long inverted, long required, long anyOf, long reported, Visitor visitor)
            throws java.io.IOException {
        walk(start, end, flags, inverted, required, anyOf, reported, visitor);
    }

    /** Gives how many bytes were told of. */
    private long walk(
            long start, long end, long flags, long inverted, long required, long anyOf, long reported, Visitor visitor)
            throws java.io.IOException {
        long from = start;
        long told = 0;
        while (from < end) {
            long count = ask(from, end, flags, inverted & known, required & known, anyOf & known, reported & known);
            if (count < 0) {
                Kernel.check(count, "ioctl(PAGEMAP_SCAN)", describe(from, end));
            }
            for (int i = 0; i < count; i++) {
                ByteBuffer r = regions.buffer();
                int at = i * REGION_BYTES;
                told += r.getLong(at + 8) - r.getLong(at);
                visitor.range(r.getLong(at), r.getLong(at + 8), r.getLong(at + 16));
            }
            if (count < REGIONS) {
                return told;
            }
            // The kernel sets walk_end only where it ran out of room, also of the room for 512 regions that it has
            // itself: after a walk that reached the end, walk_end may tell of such a place on the way.
            from = Math.max(argument.buffer().getLong(32), regions.buffer().getLong((REGIONS - 1) * REGION_BYTES + 8));
        }
        return told;
    }

    private long ask(long start, long end, long flags, long inverted, long required, long anyOf, long reported) {
        ByteBuffer a = argument.buffer();
        a.putLong(0, ARGUMENT_BYTES);
        a.putLong(8, flags);
        a.putLong(16, start);
        a.putLong(24, end);
        a.putLong(32, 0);
        a.putLong(40, regions.address());
        a.putLong(48, REGIONS);
        a.putLong(56, 0);
        a.putLong(64, inverted);
        a.putLong(72, required);
        a.putLong(80, anyOf);
        a.putLong(88, reported);
        return Kernel.syscall(Syscall.IOCTL, pagemap.number(), PAGEMAP_SCAN, argument.address());
    }

    /** Whether a process still uses the address space that this was opened for; after execve(2) it has another. */
    public boolean inUse() throws LinuxException {
        return Descriptors.pread(pagemap, argument.address(), Long.BYTES, 0) == Long.BYTES;
    }

    /** What a page that a scan found neither present nor a file's own is at a second look. */
    public enum Swapped {
        /** Its content is in swap. */
        OUT,
        /** It has no content: it was given back, and only its write protection is left. */
        MARKER,
        /** It came back, or went, since the scan. */
        NO_MORE
    }

    /** Tells a page in swap from one of which a marker is left, which a scan reports alike. */
    public Swapped swapped(long page) throws LinuxException {
        int bytes = Descriptors.pread(pagemap, argument.address(), Long.BYTES, page / PAGE * Long.BYTES);
        long word = bytes == Long.BYTES ? argument.buffer().getLong(0) : 0;
        if ((word & WORD_SWAPPED) == 0) {
            return Swapped.NO_MORE;
        }
        return (word & MARKER_TYPE) == MARKER_TYPE ? Swapped.MARKER : Swapped.OUT;
    }

    @Override
    public void close() {
        pagemap.close();
    }

    private String describe(long start, long end) {
        return String.format("0x%x-0x%x of process %d", start, end, pid);
    }
}
