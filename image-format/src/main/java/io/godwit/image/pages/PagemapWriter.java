package io.godwit.image.pages;

import com.google.protobuf.Message;
import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.PagemapEntry;
import io.godwit.image.proto.PagemapHead;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes a pagemap entry by entry, so that one with any number of them takes no memory. Each entry has its count of pages in the
 * field of CRIU 4.2 and in that of earlier versions.
 */
public final class PagemapWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 32 << 10;

    /** The older of the two fields for the count has 32 bits. */
    private static final long MAX_PAGES = 0xffff_ffffL;

    private final OutputStream out;
    private long bytes;

    private PagemapWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Begins a pagemap in a new file, in place of one that is there.
     *
     * @param pagesId names the file with the contents
     */
    public static PagemapWriter create(Path file, int pagesId) throws IOException {
        Files.deleteIfExists(file);
        OutputStream raw = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        PagemapWriter writer = new PagemapWriter(new BufferedOutputStream(raw, BUFFER_BYTES));
        writer.write(ImageEncoder.header(ImageKind.PAGEMAP));
        writer.message(PagemapHead.newBuilder().setPagesId(pagesId).build());
        return writer;
    }

    /** Adds a run of pages; runs must ascend. */
    public void add(long vaddr, long nrPages, int flags) throws IOException {
        long left = nrPages;
        for (long at = vaddr; left > 0; ) {
            long count = Math.min(left, MAX_PAGES);
            message(PagemapEntry.newBuilder()
                    .setVaddr(at)
                    .setCompatNrPages((int) count)
                    .setFlags(flags)
                    .setNrPages(count)
                    .build());
            at += count * PageSink.PAGE;
            left -= count;
        }
    }

    /** How long the file is with what was added. */
    public long bytes() {
        return bytes;
    }

    private void message(Message message) throws IOException {
        write(ImageEncoder.word(message.getSerializedSize()));
        write(message.toByteArray());
    }

    private void write(byte[] content) throws IOException {
        out.write(content);
        bytes += content.length;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
