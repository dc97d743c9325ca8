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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes one pagemap and its pages file. Neighbouring runs of one kind become one entry. */
final class PageFileSink implements PageSink {
    /** The older of the two fields for the count has 32 bits. */
    private static final long MAX_ENTRY_BYTES = 0xffff_ffffL * PAGE;

    private final Path directory;
    private final PagemapId id;
    private final Path pages;
    private final HolePuncher dedup;
    private final FileChannel channel;
    private final PageNotes notes;
    private final Closed whenClosed;
    private final List<Message> entries = new ArrayList<>();
    private final OnDemandRanges onDemand = new OnDemandRanges();
    private ExtentList.Cursor parent;
    private Ancestors replaced;
    private long runStart;
    private long runEnd;
    private int runFlags;
    private long offset;
    private boolean failed;

    /** Is told of the pagemap that was written. */
    interface Closed {
        void pagemap(Path file, byte[] content);
    }

    /** @param checked the checksums of the pages are written beside them */
    PageFileSink(Path directory, PagemapId id, int pagesId, boolean checked, HolePuncher dedup, Closed whenClosed)
            throws IOException {
        this.directory = directory;
        this.id = id;
        this.pages = directory.resolve(ImageKind.PAGES.fileName(pagesId));
        this.dedup = dedup;
        this.whenClosed = whenClosed;
        this.channel = NewFile.open(pages);
        this.notes = checked ? PageChecksums.create(pages) : PageNotes.NONE;
        entries.add(PagemapHead.newBuilder().setPagesId(pagesId).build());
    }

    @Override
    public void data(long vaddr, ByteBuffer content) throws IOException {
        long end = vaddr + content.remaining();
        extendStored(vaddr, end);
        failed = true;
        notes.add(content);
        while (content.hasRemaining()) {
            offset += channel.write(content, offset);
        }
        failed = false;
        replace(vaddr, end);
    }

    @Override
    public void zero(long vaddr, long nrPages) throws IOException {
        long end = end(vaddr, nrPages);
        extendStored(vaddr, end);
        notes.addZeros(nrPages);
        offset += end - vaddr;
        replace(vaddr, end);
    }

    @Override
    public void parent(long vaddr, long nrPages) throws IOException {
        long end = end(vaddr, nrPages);
        if (parent == null) {
            parent = PageIndex.loadParent(directory, id).cursor();
        }
        long missing = parent.firstMissing(vaddr, end);
        if (missing < end) {
            throw new ImageException(String.format(
                    "%s: the page at 0x%x is said to be in the parent snapshot, which does not have it; "
                            + "start again with a full dump",
                    pagemap(), missing));
        }
        extend(vaddr, end, PageFlags.PARENT);
    }

    @Override
    public void onDemand(long vaddr, long nrPages) {
        onDemand.add(vaddr, vaddr + nrPages * PAGE);
    }

    @Override
    public void left(long vaddr, long nrPages) throws IOException {
        extend(vaddr, end(vaddr, nrPages), PageFlags.LAZY);
    }

    private void extendStored(long start, long end) throws IOException {
        onDemand.split(
                start,
                end,
                (from, to, lazy) -> extend(from, to, lazy ? PageFlags.PRESENT | PageFlags.LAZY : PageFlags.PRESENT));
    }

    private long end(long vaddr, long nrPages) throws ImageException {
        if (nrPages <= 0 || nrPages > (Long.MAX_VALUE - vaddr) / PAGE) {
            throw new ImageException(
                    String.format("%s: %d pages at 0x%x are no run of pages", pagemap(), nrPages, vaddr));
        }
        return vaddr + nrPages * PAGE;
    }

    private void extend(long start, long end, int flags) throws ImageException {
        if (start < runEnd || end <= start || start % PAGE != 0 || end % PAGE != 0) {
            throw new ImageException(String.format(
                    "%s: the run 0x%x-0x%x is no whole pages or does not follow the run before, which ends at 0x%x",
                    pagemap(), start, end, runEnd));
        }
        if (start != runEnd || flags != runFlags) {
            endRun();
            runStart = start;
            runFlags = flags;
        }
        runEnd = end;
    }

    private void endRun() {
        for (long start = runStart; start < runEnd; ) {
            long end = Math.min(runEnd, start + MAX_ENTRY_BYTES);
            long count = (end - start) / PAGE;
            entries.add(PagemapEntry.newBuilder()
                    .setVaddr(start)
                    .setCompatNrPages((int) count)
                    .setFlags(runFlags)
                    .setNrPages(count)
                    .build());
            start = end;
        }
    }

    /** What this snapshot has, its parents need no longer keep. */
    private void replace(long start, long end) throws IOException {
        if (dedup == HolePuncher.NONE) {
            return;
        }
        if (replaced == null) {
            replaced = Ancestors.of(directory, id, dedup);
        }
        replaced.punch(start, end);
    }

    /** Writes the pagemap; not if pages are missing from the pages file, as it would promise them. */
    @Override
    public void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        try (channel;
                notes) {
            if (failed) {
                return;
            }
            endRun();
            if (channel.size() < offset) {
                lengthen();
            }
            notes.finish();
            byte[] content = ImageEncoder.encode(ImageKind.PAGEMAP, entries);
            NewFile.write(pagemap(), content);
            if (replaced != null) {
                replaced.flush();
            }
            whenClosed.pagemap(pagemap(), content);
        }
    }

    /** The file ends in zero pages: one byte at its end makes the hole. */
    private void lengthen() throws IOException {
        if (channel.write(ByteBuffer.allocate(1), offset - 1) != 1) {
            throw new ImageException(pages + ": could not be made " + offset + " bytes long; is the disk full?");
        }
    }

    private Path pagemap() {
        return directory.resolve(id.pagemapFileName());
    }
}
