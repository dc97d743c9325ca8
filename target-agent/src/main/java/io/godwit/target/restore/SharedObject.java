package io.godwit.target.restore;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;

/** A shared memory object that is being filled, and which of its pages have come. */
final class SharedObject {
    private static final int PAGE = 4096;

    private final long shmid;
    private final String name;
    private final Fd fd;
    private long bytes = -1;
    private RangeSet filled = new RangeSet();

    /** @param name as /proc names its mappings; empty for anonymous memory */
    SharedObject(long shmid, String name, Fd fd) {
        this.shmid = shmid;
        this.name = name;
        this.fd = fd;
    }

    long shmid() {
        return shmid;
    }

    String name() {
        return name;
    }

    Fd fd() {
        return fd;
    }

    /** Its size, which may be no multiple of the page size. */
    long bytes() {
        return bytes;
    }

    /** Which of its pages have come, by their offsets; changed by the tracer alone, at the end of a round. */
    RangeSet filled() {
        return filled;
    }

    void resize(long size) throws LinuxException {
        if (size != bytes) {
            Descriptors.truncate(fd, size);
            long end = size + PAGE - 1 & -PAGE;
            filled.remove(end, Math.max(end, bytes + PAGE));
            bytes = size;
        }
    }

    /** From now on these pages are filled and no others, which are dropped. */
    void keepOnly(RangeSet present) throws LinuxException {
        for (var stale : filled.minus(present)) {
            Descriptors.punchHole(fd, stale.start(), stale.bytes());
        }
        filled = present;
    }
}
