package io.godwit.source.dump;

import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.source.collect.SharedMemory;
import io.godwit.source.dump.PageDumper.Counts;
import io.godwit.source.track.ObjectWrites;
import io.godwit.source.track.Pass;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Optional;

/** Writes the pages of shared memory objects into a snapshot, where addresses are offsets. Used by one thread. */
final class SharedObjectDumper {
    private static final int PAGE = PageSink.PAGE;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;

    private final NativeMemory buffer;
    private final Runnable rest;

    /** @param buffer to be shared by dumps that follow each other */
    SharedObjectDumper(NativeMemory buffer, Runnable rest) {
        this.rest = rest;
        this.buffer = buffer;
    }

    /** See {@link PageDumper#dumpShared(SharedMemory.Segment, ObjectWrites, Pass, SnapshotSink)}. */
    Counts dump(SharedMemory.Segment segment, ObjectWrites writes, Pass pass, SnapshotSink snapshot)
            throws IOException {
        Optional<Fd> opened = open(segment, pass);
        if (opened.isEmpty()) {
            return Counts.NONE;
        }
        try (Fd object = opened.get();
                PageSink sink = snapshot.pages(new PagemapId(PagemapId.Kind.SHMEM, segment.id()))) {
            writes.sent().begin(pass);
            writes.beforeReading(object, segment, pass.protects());
            Reading reading = new Reading(object, segment, writes, sink);
            return writes.unsure() ? reading.all() : reading.changes();
        }
    }

    /** Empty if the object has gone, or its place was taken by another. */
    private static Optional<Fd> open(SharedMemory.Segment segment, Pass pass) throws LinuxException {
        try {
            Fd object = Descriptors.open(segment.path(), Descriptors.O_RDONLY, 0);
            if (pass.frozen() || Descriptors.status(object).inode() == segment.inode()) {
                return Optional.of(object);
            }
            object.close();
            return Optional.empty();
        } catch (LinuxException e) {
            if (pass.frozen() || e.errno() != Errno.ENOENT) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** One dump of an object. */
    private final class Reading {
        private final Fd object;
        private final SharedMemory.Segment segment;
        private final ObjectWrites writes;
        private final PageSink sink;
        private final BitSet told = new BitSet();
        private long pages;
        private long sent;
        /** Where data was found last. */
        private long dataStart;

        private long dataEnd;

        Reading(Fd object, SharedMemory.Segment segment, ObjectWrites writes, PageSink sink) {
            this.object = object;
            this.segment = segment;
            this.writes = writes;
            this.sink = sink;
        }

        /** Reads all that is no hole. */
        Counts all() throws IOException {
            readData(0, segment.bytes());
            writes.sent().absent(segment.bytes() + PAGE - 1 & -PAGE, Long.MAX_VALUE);
            writes.told(told);
            return counts(0);
        }

        /** Reads what may have changed and is no hole. */
        Counts changes() throws IOException {
            int end = Math.toIntExact((segment.bytes() + PAGE - 1) / PAGE);
            BitSet changed = writes.changed();
            BitSet there = writes.there();
            long unchanged = 0;
            for (int page = 0; page < end; ) {
                int written = limited(changed.nextSetBit(page), end);
                int known = limited(there.nextSetBit(page), end);
                if (known < written) {
                    int after = Math.min(written, there.nextClearBit(known));
                    sink.parent((long) known * PAGE, after - known);
                    told.set(known, after);
                    unchanged += after - known;
                    page = after;
                } else if (written < end) {
                    int after = Math.min(end, changed.nextClearBit(written));
                    readData((long) written * PAGE, Math.min((long) after * PAGE, segment.bytes()));
                    page = after;
                } else {
                    page = end;
                }
            }
            writes.told(told);
            return counts(unchanged);
        }

        private static int limited(int page, int end) {
            return page < 0 ? end : Math.min(page, end);
        }

        /** Reads the data of a range. */
        private void readData(long start, long end) throws IOException {
            for (long at = start; at < end; ) {
                int page = Math.toIntExact(at / PAGE);
                long known = Math.min(end, (long) writes.endOfData(page) * PAGE);
                if (at < known) {
                    read(at, known);
                    at = known;
                } else {
                    long unknown = Math.min(end, (long) writes.nextData(page) * PAGE);
                    findData(at, unknown);
                    at = unknown;
                }
            }
        }

        /** Reads what is data in a range of which nothing is known; a look at a hole would make a page of it. */
        private void findData(long start, long end) throws IOException {
            long reached = start;
            long at = start;
            while (at < end) {
                boolean known = dataStart <= at && at < dataEnd;
                long data = known ? at : seek(at, SEEK_DATA);
                if (data < 0 || data >= end) {
                    break;
                }
                // the kernel looks at each page up to the hole
                long hole = known ? dataEnd : seek(data, SEEK_HOLE);
                if (hole < 0) {
                    break;
                }
                dataStart = data;
                dataEnd = hole;
                long from = data & -PAGE;
                writes.sent().absent(reached, from);
                read(from, Math.min(hole, end));
                reached = hole + PAGE - 1 & -PAGE;
                at = hole;
            }
            writes.sent().absent(reached, end + PAGE - 1 & -PAGE);
        }

        /** Negative if there is nothing, or if the object was cut off meanwhile. */
        private long seek(long offset, int what) throws LinuxException {
            long found = Kernel.syscall(Syscall.LSEEK, object.number(), offset, what);
            return found == -Errno.ENXIO.value() ? -1 : Kernel.check(found, "lseek", segment.path());
        }

        private void read(long start, long end) throws IOException {
            writes.watch(start, end + PAGE - 1 & -PAGE);
            long from = start;
            while (from < end) {
                int wanted = (int) Math.min(buffer.size(), end - from);
                ByteBuffer lent = sink.lend(wanted + PAGE - 1 & -PAGE);
                ByteBuffer contents = lent == null ? buffer.buffer() : lent;
                int got = fill(contents, wanted, from);
                int whole = got + PAGE - 1 & -PAGE;
                if (got > 0) {
                    sent += SentRuns.pass(writes.sent(), from, 0, whole, contents, lent != null, sink);
                    told.set((int) (from / PAGE), (int) ((from + whole) / PAGE));
                    pages += whole / PAGE;
                }
                if (lent != null) {
                    sink.giveBack();
                }
                if (got == 0) {
                    // it was cut off
                    writes.sent().lost(from, end + PAGE - 1 & -PAGE);
                    return;
                }
                from += whole;
                rest.run();
            }
        }

        /** Reads, and clears the rest of the last page. */
        private int fill(ByteBuffer to, int wanted, long offset) throws LinuxException {
            int got = Descriptors.pread(object, NativeMemory.addressOf(to.slice()), wanted, offset);
            for (int i = got; i % PAGE != 0; i++) {
                to.put(i, (byte) 0);
            }
            Reference.reachabilityFence(to);
            return got;
        }

        /** What holds what was sent of it counts as unchanged: it may never have been written. */
        private Counts counts(long unread) {
            return new Counts(sent, sent, unread + pages - sent, 0);
        }
    }
}
