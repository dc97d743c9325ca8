package io.godwit.linux.memory;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Gives another process the pages that it has not: a thread that touches one waits until it is given, and what the process does to
 * its address space meanwhile is told (userfaultfd(2), ioctl_userfaultfd(2)). When the last descriptor of it is closed, pages that were not given read
 * as zeros. Used by one thread.
 */
public final class MissingPages implements AutoCloseable {
    /**
     * Flags for userfaultfd(2) when it is called in the process: system calls of it wait for pages too, which it must have
     * CAP_SYS_PTRACE to ask for (or vm.unprivileged_userfaultfd be 1).
     */
    public static final int OPEN_FLAGS = Descriptors.O_CLOEXEC | Descriptors.O_NONBLOCK;

    private static final long UFFDIO_API = 0xc018aa3fL;
    private static final long UFFDIO_REGISTER = 0xc020aa00L;
    private static final long UFFDIO_WAKE = 0x8010aa02L;
    private static final long UFFDIO_COPY = 0xc028aa03L;
    private static final long UFFDIO_ZEROPAGE = 0xc020aa04L;
    private static final long UFFDIO_POISON = 0xc020aa08L;
    private static final long API = 0xaa;
    private static final long MODE_MISSING = 1;
    /** Events of fork(2), mremap(2), madvise(2) that empties, and munmap(2). */
    private static final long FEATURES = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 6;

    private static final int MESSAGE_BYTES = 32;
    private static final int PAGE_FAULT = 0x12;
    private static final int FORK = 0x13;
    private static final int REMAP = 0x14;
    private static final int REMOVE = 0x15;
    private static final int UNMAP = 0x16;

    private final Fd fd;
    private final NativeMemory argument = NativeMemory.allocate(40);

    private MissingPages(Fd fd) {
        this.fd = fd;
    }

    /** What the process did. */
    public sealed interface Event {}

    /** A thread waits for the page of an address. */
    public record Fault(long address) implements Event {}

    /** The process was forked; the child has the same pages, and waits for the others by itself. */
    public record Forked(MissingPages child) implements Event {}

    /** Memory was moved by mremap(2); that where it was is unmapped is told by itself later, after what others did meanwhile. */
    public record Moved(long from, long to, long bytes) implements Event {}

    /** Memory was emptied. */
    public record Emptied(long start, long end) implements Event {}

    /** Memory was unmapped, perhaps as the old place of what was moved. */
    public record Unmapped(long start, long end) implements Event {}

    /**
     * Agrees with the kernel on the events.
     *
     * @param fd a new userfaultfd of the process; owned by the result, closed if there is none
     */
    public static MissingPages agree(Fd fd) throws LinuxException {
        MissingPages pages = new MissingPages(fd);
        ByteBuffer a = pages.argument.buffer();
        a.putLong(0, API);
        a.putLong(8, FEATURES);
        a.putLong(16, 0);
        try {
            Kernel.check(
                    pages.call(UFFDIO_API),
                    "ioctl(UFFDIO_API)",
                    "a userfaultfd",
                    "to be told of forks needs CAP_SYS_PTRACE");
            return pages;
        } catch (LinuxException e) {
            pages.close();
            throw e;
        }
    }

    /**
     * One that has agreed with the kernel before.
     *
     * @param fd owned by the result
     */
    public static MissingPages again(Fd fd) {
        return new MissingPages(fd);
    }

    /**
     * One that has agreed with the kernel before, from another process.
     *
     * @param fd owned by the result
     * @throws IOException if it is something else, and then it is still the caller's
     */
    public static MissingPages handedIn(Fd fd) throws IOException {
        String is = ProcDirectory.own().link("fd/" + fd.number());
        if (!is.equals("anon_inode:[userfaultfd]")) {
            throw new IOException("a userfaultfd was due, and " + is + " came");
        }
        // else to look for the next event could wait for ever
        Descriptors.fcntl(fd, Descriptors.F_SETFL, Descriptors.O_NONBLOCK);
        return again(fd);
    }

    public Fd descriptor() {
        return fd;
    }

    private long call(long request) {
        return argument.during(Kernel.syscall(Syscall.IOCTL, fd.number(), request, argument.address()));
    }

    private long range(long request, long start, long bytes, long third) {
        ByteBuffer a = argument.buffer();
        a.putLong(0, start);
        a.putLong(8, bytes);
        a.putLong(16, third);
        a.putLong(24, 0);
        return call(request);
    }

    /** Has threads wait for the pages of a range, which is one or more mappings. */
    public void register(long start, long end) throws LinuxException {
        Kernel.check(
                range(UFFDIO_REGISTER, start, end - start, MODE_MISSING),
                "ioctl(UFFDIO_REGISTER)",
                String.format("0x%x-0x%x", start, end));
    }

    /** The next event, if there is one by now. */
    public Optional<Event> next() throws LinuxException {
        long bytes = argument.during(Kernel.syscall(Syscall.READ, fd.number(), argument.address(), MESSAGE_BYTES));
        if (bytes == -Errno.EAGAIN.value() || bytes == 0) {
            return Optional.empty();
        }
        Kernel.check(bytes, "read", "a userfaultfd");
        ByteBuffer a = argument.buffer();
        return switch (a.get(0)) {
            case PAGE_FAULT -> Optional.of(new Fault(a.getLong(16)));
            case FORK -> Optional.of(new Forked(again(Fd.of(a.getInt(8)))));
            case REMAP -> Optional.of(new Moved(a.getLong(8), a.getLong(16), a.getLong(24)));
            case REMOVE -> Optional.of(new Emptied(a.getLong(8), a.getLong(16)));
            case UNMAP -> Optional.of(new Unmapped(a.getLong(8), a.getLong(16)));
            default -> throw new LinuxException("read", "event " + a.get(0) + " of a userfaultfd", Errno.EPROTO);
        };
    }

    /**
     * Gives pages of a range, and wakes who waits for them.
     *
     * @param local where the contents are in this process
     * @return how many bytes were given; a negative errno if none: EEXIST if the first page is there already, EAGAIN if an event must
     *     be taken first, ENOENT if the range is not, or not whole, in one mapping that is registered, ESRCH if the process has ended
     */
    public long give(long start, long local, long bytes) {
        ByteBuffer a = argument.buffer();
        a.putLong(0, start);
        a.putLong(8, local);
        a.putLong(16, bytes);
        a.putLong(24, 0);
        a.putLong(32, 0);
        long result = call(UFFDIO_COPY);
        return Kernel.failed(result) && a.getLong(32) <= 0 ? result : a.getLong(32);
    }

    /** Gives pages of zeros; as {@link #give}. */
    public long giveZeros(long start, long bytes) {
        long result = range(UFFDIO_ZEROPAGE, start, bytes, 0);
        long given = argument.buffer().getLong(24);
        return Kernel.failed(result) && given <= 0 ? result : given;
    }

    /**
     * Gives pages that can not be used: who touches them gets SIGBUS. As {@link #give}.
     */
    public long spoil(long start, long bytes) {
        long result = range(UFFDIO_POISON, start, bytes, 0);
        long given = argument.buffer().getLong(24);
        return Kernel.failed(result) && given <= 0 ? result : given;
    }

    /** Lets who waits for pages of a range look again. */
    public void wake(long start, long bytes) {
        ByteBuffer a = argument.buffer();
        a.putLong(0, start);
        a.putLong(8, bytes);
        call(UFFDIO_WAKE);
    }

    @Override
    public void close() {
        fd.close();
    }
}
