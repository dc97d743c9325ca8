package io.godwit.target.restore;

import io.godwit.image.pages.PageSink;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.memory.ProcessMemory;
import io.godwit.target.plan.AddressRange;
import io.godwit.target.plan.MappedSpace.Piece;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Writes a round's pages straight into the task that they belong to. */
final class InPlacePages implements PageSink {
    private static final int PROT_WRITE = 2;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(PAGE).asReadOnlyBuffer();

    private final GrownTask task;
    private final GrownMemory memory;
    private final ProcessMemory writer;
    private final RangeSet present = new RangeSet();
    private final List<AddressRange> emptied = new ArrayList<>();

    InPlacePages(GrownTask task, GrownMemory memory) {
        this.task = task;
        this.memory = memory;
        this.writer = new ProcessMemory(task.pid());
    }

    @Override
    public void data(long vaddr, ByteBuffer pages) throws IOException {
        int bytes = pages.remaining();
        requireWritable(vaddr, vaddr + bytes);
        ByteBuffer direct = pages.isDirect()
                ? pages
                : ByteBuffer.allocateDirect(bytes).put(pages).flip();
        writer.write(vaddr, NativeMemory.addressOf(direct) + direct.position(), bytes);
        Reference.reachabilityFence(direct);
        pages.position(pages.limit());
        present.add(vaddr, vaddr + bytes);
    }

    private List<Piece> requireWritable(long start, long end) throws IOException {
        List<Piece> pieces = memory.pieces(task, start, end);
        for (Piece piece : pieces) {
            if ((piece.protection() & PROT_WRITE) == 0) {
                memory.makeWritable(task, piece);
            }
        }
        return pieces;
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
                for (long at = from; at < to; at += PAGE) {
                    data(at, ZEROS.duplicate());
                }
            }
        }
    }

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

    @Override
    public void close() throws IOException {
        memory.keepOnly(task, present, emptied);
    }
}
