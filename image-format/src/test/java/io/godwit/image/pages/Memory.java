package io.godwit.image.pages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.TreeMap;

/** Pages as tests see them: each filled with one number. */
final class Memory {
    private Memory() {}

    /** Pages that are filled with these numbers, in a direct buffer. */
    static ByteBuffer pages(int... numbers) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(numbers.length * PageSink.PAGE);
        for (int number : numbers) {
            for (int i = 0; i < PageSink.PAGE; i++) {
                buffer.put((byte) number);
            }
        }
        return buffer.flip();
    }

    /** Page number to the number that it is filled with, or -1 if it is not filled with one. */
    static TreeMap<Long, Integer> of(PageIndex index) throws IOException {
        TreeMap<Long, Integer> pages = new TreeMap<>();
        for (PageIndex.Extent extent : index.extents()) {
            for (long i = 0; i < extent.nrPages(); i++) {
                pages.put(
                        extent.vaddr() / PageSink.PAGE + i,
                        number(extent.pagesFile(), extent.offset() + i * PageSink.PAGE));
            }
        }
        return pages;
    }

    static int number(Path file, long offset) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(PageSink.PAGE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.read(page, offset) != PageSink.PAGE) {
                return -1;
            }
        }
        int first = page.get(0);
        for (int i = 1; i < PageSink.PAGE; i++) {
            if (page.get(i) != first) {
                return -1;
            }
        }
        return first;
    }
}
