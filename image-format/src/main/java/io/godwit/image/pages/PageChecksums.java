package io.godwit.image.pages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The checksum of each page of a pages file, in a file beside it: {@code pages-1.crc32c} for {@code pages-1.img}. It is the CRC-32C
 * of the page xor that of a page of zeros, four bytes, least significant first: so what is a hole in the one file is a hole in the
 * other. There is one for each page and not for larger blocks, so that those of the pages that are still needed hold after others
 * have been freed.
 */
public final class PageChecksums implements PageNotes {
    private static final String SUFFIX = ".crc32c";
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int ZERO_PAGE = crc(ByteBuffer.allocate(PageSink.PAGE));

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long offset;

    private PageChecksums(FileChannel channel) {
        this.channel = channel;
    }

    /** Where the checksums of a pages file are. */
    public static Path file(Path pages) {
        return pages.resolveSibling(pages.getFileName().toString().replaceFirst("\\.img$", "") + SUFFIX);
    }

    /** Begins those of a pages file that is to be written. */
    static PageChecksums create(Path pages) throws IOException {
        return new PageChecksums(NewFile.open(file(pages)));
    }

    /** Those of a pages file; empty if whoever wrote it wrote none, as CRIU does. */
    public static Optional<PageChecksums> open(Path pages) throws IOException {
        Path file = file(pages);
        return Files.exists(file)
                ? Optional.of(new PageChecksums(FileChannel.open(file, StandardOpenOption.READ)))
                : Optional.empty();
    }

    @Override
    public void add(ByteBuffer pages) throws IOException {
        ByteBuffer page = pages.duplicate();
        for (int end = pages.limit(); page.position() < end; ) {
            page.limit(page.position() + PageSink.PAGE);
            if (!buffer.hasRemaining()) {
                flush();
            }
            buffer.putInt(crc(page) ^ ZERO_PAGE);
        }
    }

    /** They take no room. */
    @Override
    public void addZeros(long nrPages) throws IOException {
        if (nrPages <= buffer.remaining() / Integer.BYTES) {
            for (long i = 0; i < nrPages; i++) {
                buffer.putInt(0);
            }
            return;
        }
        flush();
        offset += nrPages * Integer.BYTES;
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            offset += channel.write(buffer, offset);
        }
        buffer.clear();
    }

    @Override
    public void finish() throws IOException {
        flush();
        if (channel.size() < offset) {
            channel.write(ByteBuffer.allocate(1), offset - 1);
        }
    }

    private static int crc(ByteBuffer page) {
        CRC32C crc = new CRC32C();
        crc.update(page);
        return (int) crc.getValue();
    }

    /**
     * How many of some pages are not as they were written; those without a checksum are not.
     *
     * @param first the number of the first in the pages file
     * @param pages their contents, no more than 4096 of them; consumed
     */
    public int differing(long first, ByteBuffer pages) throws IOException {
        buffer.clear().limit(pages.remaining() / PageSink.PAGE * Integer.BYTES);
        while (buffer.hasRemaining() && channel.read(buffer, first * Integer.BYTES + buffer.position()) > 0) {
            continue;
        }
        buffer.flip();
        int differing = 0;
        for (int end = pages.limit(); pages.position() < end; ) {
            pages.limit(pages.position() + PageSink.PAGE);
            int actual = crc(pages) ^ ZERO_PAGE;
            if (buffer.remaining() < Integer.BYTES || buffer.getInt() != actual) {
                differing++;
            }
        }
        return differing;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
