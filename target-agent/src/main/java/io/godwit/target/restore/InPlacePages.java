package io.godwit.target.restore;

import io.godwit.image.pages.PageBatch;
import io.godwit.image.pages.PageSink;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.memory.ProcessMemory;
import io.godwit.linux.memory.UserFaultFd;
import io.godwit.page.server.OwnThread;
import io.godwit.page.server.SpreadPages;
import io.godwit.target.plan.AddressRange;
import io.godwit.target.plan.MappedSpace.Piece;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Writes a round's pages straight into the task that they belong to. Several threads may do so, each by one of {@link #another}. */
final class InPlacePages implements SpreadPages {
    private static final int PROT_WRITE = 2;
    /** A call for each range must pay. */
    private static final int WORTH_GIVING = 4 * PAGE;

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(PAGE).asReadOnlyBuffer();

    private final GrownTask task;
    private final GrownMemory memory;
    private final ProcessMemory writer;
    private final OwnThread tracer;
    private final List<InPlacePages> others = new ArrayList<>();
    private final RangeSet present = new RangeSet();
    private final List<AddressRange> emptied = new ArrayList<>();
    private final long[] starts = new long[ProcessMemory.maxRanges()];
    private final long[] lengths = new long[ProcessMemory.maxRanges()];
    private final UserFaultFd.PageGiver giver;
    private int ranges;
    private AddressRange writable;
    /** Null until there are some. */
    private ChangedWords words;
    /** The page of the last one. */
    private long wordPage = -1;

    InPlacePages(GrownTask task, GrownMemory memory) {
        this(task, memory, OwnThread.SAME);
    }

    private InPlacePages(GrownTask task, GrownMemory memory, OwnThread tracer) {
        this.task = task;
        this.memory = memory;
        this.tracer = tracer;
        this.writer = new ProcessMemory(task.pid());
        this.giver = memory.giver().orElse(null);
    }

    @Override
    public void data(long vaddr, ByteBuffer pages) throws IOException {
        add(vaddr, pages.remaining());
        write(pages);
        pages.position(pages.limit());
    }

    @Override
    public void batch(PageBatch batch) throws IOException {
        ByteBuffer contents = batch.contents().duplicate();
        for (int run = 0; run < batch.count(); run++) {
            long vaddr = batch.address(run);
            long nrPages = batch.pages(run);
            switch (batch.kind(run)) {
                case DATA -> {
                    if (ranges == starts.length) {
                        contents.position(contents.position() + write(contents));
                    }
                    add(vaddr, nrPages * PAGE);
                }
                case ZERO -> zero(vaddr, nrPages);
                case PARENT -> parent(vaddr, nrPages);
                case HUGE -> huge(vaddr, nrPages);
                case WORD -> word(vaddr, nrPages);
            }
        }
        write(contents);
        writeWords();
    }

    /** Notes a range to be written; it is made writable at once, as that is the task's own work. */
    private void add(long vaddr, long bytes) throws IOException {
        requireWritable(vaddr, vaddr + bytes);
        starts[ranges] = vaddr;
        lengths[ranges] = bytes;
        ranges++;
    }

    /** Writes the noted ranges from where the buffer stands; gives how many bytes they took. */
    private int write(ByteBuffer pages) throws IOException {
        if (ranges == 0) {
            return 0;
        }
        int bytes = 0;
        for (int i = 0; i < ranges; i++) {
            bytes += (int) lengths[i];
        }
        if (bytes > pages.remaining()) {
            throw new RestoreException("the contents of " + bytes / PAGE + " pages of pid " + task.pid()
                    + " were told, and " + pages.remaining() / PAGE + " came; the connection is damaged");
        }
        ByteBuffer direct = pages.isDirect()
                ? pages.slice()
                : ByteBuffer.allocateDirect(bytes).put(pages.duplicate()).flip();
        put(NativeMemory.addressOf(direct), bytes);
        Reference.reachabilityFence(direct);
        for (int i = 0; i < ranges; i++) {
            present.add(starts[i], starts[i] + lengths[i]);
        }
        ranges = 0;
        return bytes;
    }

    /** Long ranges of fresh memory are given one by one, many short ones are written with one call. */
    private void put(long from, int bytes) throws IOException {
        if (giver == null || bytes / ranges < WORTH_GIVING && !memory.givesEach()) {
            writer.writeRanges(starts, lengths, ranges, from);
            return;
        }
        long at = from;
        for (int i = 0; i < ranges; i++) {
            long start = starts[i];
            long end = start + lengths[i];
            long local = at - start;
            for (AddressRange huge : memory.hugeWithin(start, end)) {
                give(start, local + start, huge.start() - start);
                writer.write(huge.start(), local + huge.start(), (int) huge.bytes());
                start = huge.end();
            }
            give(start, local + start, end - start);
            at += lengths[i];
        }
    }

    private void give(long start, long local, long bytes) throws IOException {
        long given = bytes == 0 ? 0 : giver.give(start, local, bytes);
        if (given < bytes) {
            writer.write(start + given, local + given, (int) (bytes - given));
        }
    }

    private void requireWritable(long start, long end) throws IOException {
        if (writable != null && writable.start() <= start && end <= writable.end()) {
            return;
        }
        for (Piece piece : memory.pieces(task, start, end)) {
            if ((piece.protection() & PROT_WRITE) == 0) {
                tracer.run(() -> memory.makeWritable(task, piece));
            }
            writable = piece.range();
        }
    }

    /** An absent page reads as zeros, except over a file. */
    @Override
    public void zero(long vaddr, long nrPages) throws IOException {
        long end = vaddr + nrPages * PAGE;
        for (Piece piece : memory.pieces(task, vaddr, end)) {
            long from = Math.max(vaddr, piece.range().start());
            long to = Math.min(end, piece.range().end());
            if (piece.source().anonymous()) {
                emptied.addAll(memory.filledWithin(from, to));
                present.add(from, to);
            } else {
                clear(from, to);
            }
        }
    }

    /** Writes zeros at once, beside what is noted to be written from the contents. */
    private void clear(long start, long end) throws IOException {
        requireWritable(start, end);
        for (long at = start; at < end; at += PAGE) {
            writer.write(at, NativeMemory.addressOf(ZEROS), PAGE);
        }
        present.add(start, end);
    }

    /** Fresh memory is then given out in huge pages; one that has small pages already keeps them. */
    @Override
    public void huge(long vaddr, long nrPages) throws IOException {
        long end = vaddr + nrPages * PAGE;
        if (memory.addHuge(task, vaddr, end)) {
            tracer.run(() -> memory.adviseHuge(task, vaddr, end));
        }
    }

    /** Pages that the task has: from earlier rounds, or if this is its first, from the fork that made it. */
    @Override
    public void parent(long vaddr, long nrPages) throws IOException {
        long end = vaddr + nrPages * PAGE;
        if (!memory.isFilled(vaddr, end)) {
            throw new RestoreException("the source says that the " + nrPages + " pages from address 0x"
                    + Long.toHexString(vaddr) + " of pid " + task.pid()
                    + " are as before, but they did not all come before; start the migration again");
        }
        present.add(vaddr, end);
    }

    /** The page is there, as is told before or by another connection; nobody else writes to it in this round. */
    @Override
    public void word(long address, long value) throws IOException {
        if (words == null) {
            words = new ChangedWords(writer);
        }
        long page = address & -PAGE;
        if (page != wordPage) {
            if (!memory.isFilled(page, page + PAGE)) {
                throw new RestoreException("the source says that 8 bytes at 0x" + Long.toHexString(address) + " of pid "
                        + task.pid() + " changed, whose page did not come before; start the migration again");
            }
            requireWritable(page, page + PAGE);
            wordPage = page;
        }
        words.add(address, value);
    }

    private void writeWords() throws IOException {
        if (words != null) {
            words.write();
        }
    }

    @Override
    public synchronized PageSink another(OwnThread own) {
        InPlacePages another = new InPlacePages(task, memory, own);
        others.add(another);
        return another;
    }

    @Override
    public synchronized void close() throws IOException {
        writeWords();
        for (InPlacePages other : others) {
            other.writeWords();
            present.addAll(other.present);
            emptied.addAll(other.emptied);
        }
        memory.keepOnly(task, present, emptied);
    }
}
