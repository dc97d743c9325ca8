package io.godwit.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.page.client.TargetConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages that are put straight into the buffer that is sent. */
class LentPagesTest {
    private static final PagemapId TASK = new PagemapId(PagemapId.Kind.TASK, 42);
    private static final int PAGE = PageSink.PAGE;
    private static final int LENT_PAGES = 64;

    @TempDir
    private Path directory;

    private final Random random = new Random(7);
    private final List<byte[]> written = new ArrayList<>();

    /** A page of random bytes, of one repeated byte, or of zeros. */
    private byte[] page() {
        byte[] page = new byte[PAGE];
        switch (random.nextInt(3)) {
            case 0 -> random.nextBytes(page);
            case 1 -> Arrays.fill(page, (byte) (1 + random.nextInt(100)));
            default -> {}
        }
        return page;
    }

    private void lend(PageSink sink, int pages, int runLength) throws IOException {
        ByteBuffer lent = sink.lend(pages * PAGE);
        for (int i = 0; i < pages; i++) {
            byte[] page = page();
            lent.put(i * PAGE, page);
            written.add(page);
        }
        long vaddr = (long) (written.size() - pages) * PAGE;
        for (int at = 0; at < pages; at += runLength) {
            int length = Math.min(runLength, pages - at);
            sink.lent(vaddr + (long) at * PAGE, at * PAGE, length * PAGE);
        }
        sink.giveBack();
    }

    private void copied(PageSink sink, int pages) throws IOException {
        ByteBuffer read = ByteBuffer.allocateDirect(pages * PAGE);
        long vaddr = (long) written.size() * PAGE;
        for (int i = 0; i < pages; i++) {
            byte[] page = page();
            read.put(page);
            written.add(page);
        }
        sink.data(vaddr, read.flip());
    }

    @Test
    void arriveAsTheyWereWhateverIsLeftOutBetweenThem() throws IOException {
        try (StoringTarget target = new StoringTarget(directory);
                TargetConnection connection = target.connect("m1");
                SnapshotSink round = connection.round(0)) {
            try (PageSink sink = round.pages(TASK)) {
                for (int i = 0; i < 80; i++) {
                    lend(sink, 1 + random.nextInt(LENT_PAGES), 1 + random.nextInt(20));
                    if (i % 7 == 0) {
                        copied(sink, 1 + random.nextInt(3 * LENT_PAGES));
                    }
                }
            }
            round.finish();

            ByteBuffer stored = ByteBuffer.allocate(written.size() * PAGE);
            for (PageIndex.Extent extent :
                    PageIndex.load(directory.resolve("m1/0"), TASK).extents()) {
                try (FileChannel file = FileChannel.open(extent.pagesFile())) {
                    stored.limit((int) extent.end()).position((int) extent.vaddr());
                    while (stored.hasRemaining()) {
                        assertThat(file.read(stored, extent.offset() + stored.position() - extent.vaddr()))
                                .isPositive();
                    }
                }
            }
            for (int i = 0; i < written.size(); i++) {
                assertThat(Arrays.copyOfRange(stored.array(), i * PAGE, (i + 1) * PAGE))
                        .as("page %d", i)
                        .isEqualTo(written.get(i));
            }
        }
    }
}
