package io.godwit.image.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.ImageChecksums;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.proto.InventoryEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two pre-dumps: pages 16 to 31 in the first, 18 to 24 again in the second, of which 20 to 23 are zeros. */
class ChecksumCheckTest {
    private static final PagemapId TASK = new PagemapId(PagemapId.Kind.TASK, 42);
    private static final int PAGE = PageSink.PAGE;

    @TempDir
    private Path base;

    private Path older;
    private Path newer;

    @BeforeEach
    void writeBoth() throws IOException {
        older = base.resolve("0");
        newer = base.resolve("1");
        try (DirectorySnapshot snapshot = DirectorySnapshot.create(older, Optional.empty(), HolePuncher.NONE)) {
            inventory(snapshot);
            try (PageSink pages = snapshot.pages(TASK)) {
                pages.data(16 * PAGE, pages(16));
            }
            snapshot.finish();
        }
        try (DirectorySnapshot snapshot =
                DirectorySnapshot.create(newer, Optional.of(Path.of("../0")), HolePuncher.NONE)) {
            inventory(snapshot);
            try (PageSink pages = snapshot.pages(TASK)) {
                pages.parent(16 * PAGE, 2);
                pages.data(18 * PAGE, pages(2));
                pages.zero(20 * PAGE, 4);
                pages.data(24 * PAGE, pages(1));
                pages.parent(25 * PAGE, 7);
            }
            snapshot.finish();
        }
    }

    @Test
    void whatIsAsItWasWrittenIsGood() throws IOException {
        assertThat(DirectoryVerifier.verify(older)).isEmpty();
        assertThat(DirectoryVerifier.verify(newer)).isEmpty();
        assertThat(newer.resolve("pages-1.crc32c")).hasSize(7 * 4);
    }

    @Test
    void everyBitOfAPageCounts() throws IOException {
        for (int at : new int[] {0, PAGE - 1, 3 * PAGE + 5, 7 * PAGE - 1}) {
            byte[] good = Files.readAllBytes(newer.resolve("pages-1.img"));
            byte[] bad = good.clone();
            bad[at] ^= 0x10;
            Files.write(newer.resolve("pages-1.img"), bad);
            assertThat(DirectoryVerifier.verify(newer))
                    .extracting(Finding::toString)
                    .containsExactly(newer.resolve("pages-1.img")
                            + ": has pages that are not as they were written, by pages-1.crc32c: they are damaged or were"
                            + " freed");
            Files.write(newer.resolve("pages-1.img"), good);
        }
    }

    /** As after dedup. */
    @Test
    void pagesOfAParentThatWereReplacedMayBeFreedButNoOthers() throws IOException {
        byte[] pages = Files.readAllBytes(older.resolve("pages-1.img"));
        Arrays.fill(pages, 2 * PAGE, 9 * PAGE, (byte) 0);
        Files.write(older.resolve("pages-1.img"), pages);
        assertThat(DirectoryVerifier.verify(newer)).isEmpty();
        assertThat(DirectoryVerifier.verify(older)).hasSize(1);

        Arrays.fill(pages, 9 * PAGE, 10 * PAGE, (byte) 0);
        Files.write(older.resolve("pages-1.img"), pages);
        assertThat(DirectoryVerifier.verify(newer))
                .extracting(Finding::file)
                .containsExactly(older.toRealPath().resolve("pages-1.img"));
    }

    @Test
    void anImageThatCanBeReadButIsAnotherIsFound() throws IOException {
        InventoryEntry other =
                InventoryEntry.newBuilder().setImgVersion(0).setDumpUptime(1).build();
        Files.write(newer.resolve("inventory.img"), ImageEncoder.encode(ImageKind.INVENTORY, List.of(other)));
        assertThat(DirectoryVerifier.verify(newer))
                .extracting(Finding::toString)
                .containsExactly(newer.resolve("inventory.img")
                        + ": is not as it was written, by its checksum in images.crc32c");
    }

    @Test
    void damagedAndMissingChecksumsAreFoundAndNone() throws IOException {
        Files.write(newer.resolve("pages-1.crc32c"), new byte[5]);
        Files.writeString(newer.resolve(ImageChecksums.FILE), "nothing of the kind\n");
        assertThat(DirectoryVerifier.verify(newer))
                .extracting(finding -> finding.file().getFileName().toString())
                .containsExactlyInAnyOrder("pages-1.img", ImageChecksums.FILE);
        Files.writeString(newer.resolve(ImageChecksums.FILE), "00000000 7 ../../etc/passwd\n");
        assertThat(DirectoryVerifier.verify(newer))
                .extracting(finding -> finding.file().getFileName().toString())
                .containsExactlyInAnyOrder("pages-1.img", ImageChecksums.FILE);

        Files.delete(newer.resolve("pages-1.crc32c"));
        Files.delete(newer.resolve(ImageChecksums.FILE));
        assertThat(DirectoryVerifier.verify(newer)).isEmpty();
    }

    @Test
    void anImageThatIsMissingButHasAChecksumIsFound() throws IOException {
        Path other = base.resolve("2");
        try (DirectorySnapshot snapshot = DirectorySnapshot.create(other, Optional.empty(), HolePuncher.NONE)) {
            snapshot.image("stats-dump", new byte[0]);
            inventory(snapshot);
            snapshot.finish();
        }
        Files.delete(other.resolve("stats-dump"));
        assertThat(DirectoryVerifier.verify(other))
                .extracting(Finding::toString)
                .containsExactly(other.resolve("stats-dump") + ": missing, and images.crc32c has its checksum");
    }

    private static void inventory(DirectorySnapshot snapshot) throws IOException {
        InventoryEntry entry = InventoryEntry.newBuilder().setImgVersion(0).build();
        snapshot.image("inventory.img", ImageEncoder.encode(ImageKind.INVENTORY, List.of(entry)));
    }

    private static ByteBuffer pages(int count) {
        ByteBuffer pages = ByteBuffer.allocateDirect(count * PAGE);
        for (int i = 0; i < pages.capacity(); i++) {
            pages.put(i, (byte) (i * 31 + (i >> 12)));
        }
        return pages;
    }
}
