package io.godwit.image.pages;

import com.google.protobuf.Message;
import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.PagemapEntry;
import io.godwit.image.proto.PagemapHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Writes one pagemap and its pages file. Neighbouring runs of one kind become one entry. */
final class PageFileSink implements PageSink {
    private final Path pagemap;
    private final Path pages;
    private final PageIndex below;
    private final HolePuncher dedup;
    private final FileChannel channel;
    private final List<Message> entries = new ArrayList<>();
    private long runStart;
    private long runEnd;
    private int runFlags;
    private long offset;

    PageFileSink(Path pagemap, Path pages, int pagesId, PageIndex below, HolePuncher dedup) throws IOException {
        this.pagemap = pagemap;
        this.pages = pages;
        this.below = below;
        this.dedup = dedup;
        this.channel = FileChannel.open(
                pages, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        entries.add(PagemapHead.newBuilder().setPagesId(pagesId).build());
    }

    @Override
    public void data(long vaddr, ByteBuffer content) throws IOException {
        long end = vaddr + content.remaining();
        extend(vaddr, end, PageRun.PRESENT);
        while (content.hasRemaining()) {
            offset += channel.write(content, offset);
        }
        replace(vaddr, end);
    }

    @Override
    public void zero(long vaddr, long nrPages) throws IOException {
        long end = vaddr + nrPages * PAGE;
        extend(vaddr, end, PageRun.PRESENT);
        offset += nrPages * PAGE;
        replace(vaddr, end);
    }

    @Override
    public void parent(long vaddr, long nrPages) throws IOException {
        long end = vaddr + nrPages * PAGE;
        long missing = below.firstMissing(vaddr, end);
        if (missing < end) {
            throw new ImageException(String.format(
                    "%s: the page at 0x%x is said to be in the parent snapshot, which does not have it",
                    pagemap, missing));
        }
        extend(vaddr, end, PageRun.PARENT);
    }

    private void extend(long start, long end, int flags) throws ImageException {
        if (start < runEnd || end <= start || start % PAGE != 0 || end % PAGE != 0) {
            throw new ImageException(String.format(
                    "%s: the run 0x%x-0x%x is no whole pages or does not follow the run before, which ends at 0x%x",
                    pagemap, start, end, runEnd));
        }
        if (start != runEnd || flags != runFlags) {
            endRun();
            runStart = start;
            runFlags = flags;
        }
        runEnd = end;
    }

    private void endRun() {
        if (runEnd > runStart) {
            long count = (runEnd - runStart) / PAGE;
            entries.add(PagemapEntry.newBuilder()
                    .setVaddr(runStart)
                    .setCompatNrPages((int) count)
                    .setFlags(runFlags)
                    .setNrPages(count)
                    .build());
        }
    }

    /** What this snapshot has, its parents need no longer keep. */
    private void replace(long start, long end) throws IOException {
        if (dedup != HolePuncher.NONE) {
            below.punch(start, end, dedup);
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            endRun();
            if (channel.size() < offset) {
                lengthen();
            }
            Files.write(pagemap, ImageEncoder.encode(ImageKind.PAGEMAP, entries));
        }
    }

    /** The file ends in zero pages: one byte at its end makes the hole. */
    private void lengthen() throws IOException {
        if (channel.write(ByteBuffer.allocate(1), offset - 1) != 1) {
            throw new ImageException(pages + ": could not be made " + offset + " bytes long; is the disk full?");
        }
    }
}
