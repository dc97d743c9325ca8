package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.image.pages.PageIndex;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Fills a task's private memory: the task reads its pages from the pages files straight to where they belong. Extents that follow
 * each other in a pages file share one preadv(2), however far apart their addresses are.
 */
final class MemoryFillPlanner {
    /** A read that is this long is interrupted by a fatal signal alone, and a failure names a place that is near enough. */
    private static final long MAX_READ_BYTES = 64L << 20;

    /** struct iovec: an address and a length. */
    private static final int IOVEC_BYTES = 16;

    private final TaskSnapshot task;
    private final AgentFiles agent;
    private final TaskDescriptors descriptors;
    private final ByteBuffer vector =
            ByteBuffer.allocate(Abi.IOV_MAX * IOVEC_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private Path file;
    private long fileOffset;
    private long vectorBytes;
    private int number;

    MemoryFillPlanner(TaskSnapshot task, AgentFiles agent, TaskDescriptors descriptors) {
        this.task = task;
        this.agent = agent;
        this.descriptors = descriptors;
    }

    void plan(List<PageIndex.Extent> extents, ProgramSequence sequence) {
        for (PageIndex.Extent extent : FillOrder.of(extents)) {
            long at = extent.vaddr();
            long offset = extent.offset();
            long left = extent.nrPages() * Abi.PAGE_SIZE;
            while (left > 0) {
                if (!continues(extent.pagesFile(), offset)) {
                    flush(sequence);
                    open(extent.pagesFile(), offset, sequence);
                }
                long piece = Math.min(left, MAX_READ_BYTES - vectorBytes);
                vector.putLong(at).putLong(piece);
                vectorBytes += piece;
                at += piece;
                offset += piece;
                left -= piece;
            }
        }
        flush(sequence);
        closeFile(sequence);
    }

    private boolean continues(Path pagesFile, long offset) {
        return pagesFile.equals(file)
                && offset == fileOffset + vectorBytes
                && vectorBytes < MAX_READ_BYTES
                && vector.hasRemaining();
    }

    private void open(Path pagesFile, long offset, ProgramSequence sequence) {
        if (!pagesFile.equals(file)) {
            closeFile(sequence);
            Assembler a = sequence.assembler();
            a.label("take " + pagesFile.getFileName() + " for " + task);
            number = descriptors.take(a, agent.pages(pagesFile));
            file = pagesFile;
        }
        fileOffset = offset;
        vectorBytes = 0;
    }

    private void closeFile(ProgramSequence sequence) {
        if (file != null) {
            descriptors.close(sequence.assembler(), number);
            file = null;
        }
    }

    private void flush(ProgramSequence sequence) {
        if (vector.position() == 0) {
            return;
        }
        Assembler a = sequence.assembler(vector.position());
        a.label("fill " + vectorBytes + " bytes of " + task + " from " + file.getFileName() + " at " + fileOffset);
        DataSlot iovec = a.data(Arrays.copyOf(vector.array(), vector.position()));
        a.callExpect(
                Syscall.PREADV,
                vectorBytes,
                imm(number),
                iovec.address(),
                imm(vector.position() / IOVEC_BYTES),
                imm(fileOffset),
                imm(0));
        vector.clear();
        vectorBytes = 0;
    }
}
