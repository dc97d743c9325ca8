package io.godwit.source.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PagemapFileTest {
    private static final long PRESENT = PagemapFile.PRESENT;
    private static final long DIRTY = PagemapFile.SOFT_DIRTY;

    private static List<PageRun> decode(boolean fileUnderneath, long... words) {
        ByteBuffer buffer = ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long word : words) {
            buffer.putLong(word);
        }
        List<PageRun> runs = new ArrayList<>();
        PagemapFile.decode(buffer.flip(), 0x10000, fileUnderneath, runs);
        return runs;
    }

    @Test
    void neighboursAlikeBecomeOneRunAndAbsentPagesNone() {
        assertThat(decode(false, 0, PRESENT | DIRTY, PagemapFile.SWAPPED | DIRTY, PRESENT, 0, PRESENT))
                .containsExactly(
                        new PageRun(0x11000, 0x13000, true),
                        new PageRun(0x13000, 0x14000, false),
                        new PageRun(0x15000, 0x16000, false));
    }

    @Test
    void aFilesOwnPagesInAPrivateMappingAreLeftOut() {
        assertThat(decode(true, PRESENT | PagemapFile.FILE, PRESENT | DIRTY))
                .containsExactly(new PageRun(0x11000, 0x12000, true));
    }

    @Test
    void aRunGoesOnOverTheEdgeOfABuffer() {
        List<PageRun> runs = new ArrayList<>();
        ByteBuffer word = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(PRESENT)
                .flip();
        PagemapFile.decode(word, 0x1000, false, runs);
        PagemapFile.decode(word, 0x2000, false, runs);
        assertThat(runs).containsExactly(new PageRun(0x1000, 0x3000, false));
    }
}
