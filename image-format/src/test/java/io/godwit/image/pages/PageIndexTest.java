package io.godwit.image.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.google.protobuf.Message;
import io.godwit.image.Hex;
import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import io.godwit.image.proto.PagemapEntry;
import io.godwit.image.proto.PagemapHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageIndexTest {
    private static final PagemapId TASK = new PagemapId(PagemapId.Kind.TASK, 42);

    @TempDir
    Path base;

    /** Writes the pages of one round. */
    private interface Round {
        void write(PageSink sink) throws IOException;
    }

    @Test
    void pagesComeFromTheNewestSnapshotThatHasThem() throws IOException {
        round(0, sink -> sink.data(0x1000, Memory.pages(1, 2, 3, 4)));
        round(1, sink -> {
            sink.parent(0x1000, 1);
            sink.data(0x2000, Memory.pages(12));
            sink.parent(0x3000, 2);
        });
        round(2, sink -> {
            sink.parent(0x1000, 3);
            sink.data(0x4000, Memory.pages(24));
        });
        assertThat(Memory.of(PageIndex.load(base.resolve("2"), TASK)))
                .containsOnly(entry(1L, 1), entry(2L, 12), entry(3L, 3), entry(4L, 24));
    }

    @Test
    void extentsThatGoOnInOneFileAreJoined() throws IOException {
        round(0, sink -> sink.data(0x1000, Memory.pages(1, 2, 3, 4)));
        round(1, sink -> {
            sink.parent(0x1000, 1);
            sink.parent(0x2000, 3);
        });
        Path file = base.resolve("0").toRealPath().resolve("pages-1.img");
        assertThat(PageIndex.load(base.resolve("1"), TASK).extents())
                .containsExactly(new PageIndex.Extent(0x1000, 4, file, 0));
    }

    @Test
    void pagesThatTheNewestSnapshotDoesNotNameAreGone() throws IOException {
        round(0, sink -> sink.data(0x1000, Memory.pages(1, 2, 3)));
        round(1, sink -> sink.parent(0x2000, 1));
        assertThat(Memory.of(PageIndex.load(base.resolve("1"), TASK))).containsOnly(entry(2L, 2));
    }

    @Test
    void aChainMayBeLongerThanTheKernelFollowsLinksInOnePath() throws IOException {
        round(0, sink -> sink.data(0x1000, Memory.pages(1)));
        for (int i = 1; i <= 60; i++) {
            round(i, sink -> sink.parent(0x1000, 1));
        }
        assertThat(Memory.of(PageIndex.load(base.resolve("60"), TASK))).containsOnly(entry(1L, 1));
    }

    @Test
    void aChainThatEndsInItselfIsRefused() throws IOException {
        for (int i = 0; i < 2; i++) {
            Path directory = Files.createDirectory(base.resolve(Integer.toString(i)));
            write(directory, hole(0x1000, 1));
            Files.createSymbolicLink(directory.resolve("parent"), Path.of("../" + (1 - i)));
        }
        assertRefused(base.resolve("0"), "its own parent", "parent");
    }

    @Test
    void aHoleIsRefusedIfTheParentIsGone() throws IOException {
        Path directory = Files.createDirectory(base.resolve("0"));
        Files.createSymbolicLink(directory.resolve("parent"), Path.of("../gone"));
        write(directory, hole(0x1000, 1));
        assertRefused(directory, "0x1000", directory.resolve("parent").toString());
    }

    @Test
    void aHoleIsRefusedIfTheParentHasOnlyAPartOfIt() throws IOException {
        round(0, sink -> {
            sink.data(0x1000, Memory.pages(1));
            sink.data(0x3000, Memory.pages(3));
        });
        Path child = Files.createDirectory(base.resolve("1"));
        Files.createSymbolicLink(child.resolve("parent"), Path.of("../0"));
        write(child, hole(0x1000, 3));
        assertRefused(child, "0x2000", child.resolve("pagemap-42.img").toString());
    }

    @Test
    void aPagesFileShorterThanItsPagemapIsRefused() throws IOException {
        round(0, sink -> sink.data(0x1000, Memory.pages(1, 2)));
        Path pages = base.resolve("0/pages-1.img");
        Files.write(pages, new byte[PageSink.PAGE]);
        assertRefused(base.resolve("0"), pages.toString(), "4096 bytes of the 8192");
        Files.delete(pages);
        assertRefused(base.resolve("0"), pages.toString(), "0 bytes of the 8192");
    }

    @Test
    void pagesOfALazyDumpAreRefused() throws IOException {
        Path directory = Files.createDirectory(base.resolve("0"));
        Files.write(
                directory.resolve("pagemap-42.img"),
                Hex.bytes("19435654 25400856 04000000 08818004 0b000000 0880808003 1000 2002 2803"));
        assertRefused(directory, "0x600000-0x603000", "lazy");
    }

    @Test
    void aRestoreOnDemandKnowsWhichPagesMayComeLaterAndNeedsNoContentsOfThem() throws IOException {
        round(0, sink -> {
            sink.onDemand(0x1000, 2);
            sink.onDemand(0x8000, 4);
            sink.data(0x1000, Memory.pages(1, 2, 3));
            sink.data(0x9000, Memory.pages(9));
        });
        round(1, sink -> {
            sink.onDemand(0x8000, 4);
            sink.parent(0x2000, 2);
            sink.left(0x8000, 2);
            sink.data(0xc000, Memory.pages(12));
        });
        Path directory = base.resolve("1");

        assertRefused(directory, "0x8000-0xa000", "--lazy-pages");
        PageIndex index = PageIndex.loadOnDemand(directory, TASK);
        assertThat(index.onDemand())
                .containsExactly(new PageIndex.Range(0x2000, 0x3000), new PageIndex.Range(0x8000, 0xa000));
        assertThat(Memory.of(index)).containsOnly(entry(2L, 2), entry(3L, 3), entry(12L, 12));
    }

    @Test
    void thePagesFileMayEndWhereOnlyPagesOnDemandFollow() throws IOException {
        round(0, sink -> {
            sink.onDemand(0x2000, 2);
            sink.data(0x1000, Memory.pages(1, 2, 3));
        });
        Path pages = base.resolve("0/pages-1.img");
        Files.write(pages, new byte[PageSink.PAGE]);

        assertThat(PageIndex.loadOnDemand(base.resolve("0"), TASK).onDemand())
                .containsExactly(new PageIndex.Range(0x2000, 0x4000));
        Files.delete(pages);
        assertThatThrownBy(() -> PageIndex.loadOnDemand(base.resolve("0"), TASK))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("0 bytes of the 4096");
    }

    @Test
    void aPagemapOfOlderVersionsHasNeitherFlagsNorTheNewCount() throws IOException {
        Path parent = Files.createDirectory(base.resolve("0"));
        write(
                parent,
                PagemapEntry.newBuilder().setVaddr(0x1000).setCompatNrPages(2).build());
        Files.write(parent.resolve("pages-1.img"), bytes(Memory.pages(1, 2)));
        Path child = Files.createDirectory(base.resolve("1"));
        Files.createSymbolicLink(child.resolve("parent"), Path.of("../0"));
        write(
                child,
                PagemapEntry.newBuilder()
                        .setVaddr(0x2000)
                        .setCompatNrPages(1)
                        .setInParent(true)
                        .build());
        assertThat(Memory.of(PageIndex.load(child, TASK))).containsOnly(entry(2L, 2));
    }

    @Test
    void aPagemapWhoseEntriesMakeNoSenseIsRefused() throws IOException {
        Path directory = Files.createDirectory(base.resolve("0"));
        Files.write(directory.resolve("pages-1.img"), new byte[64 * PageSink.PAGE]);
        List<List<PagemapEntry>> damaged = List.of(
                List.of(present(0x3000, 1), present(0x1000, 1)),
                List.of(present(0x1000, 3), present(0x2000, 1)),
                List.of(present(0x1001, 1)),
                List.of(present(0x1000, 0)),
                List.of(present(0x1000, -1)),
                List.of(present(0x1000, 1L << 51)),
                List.of(present(-4096, 1)),
                List.of(present(0x1000, 1).toBuilder().setFlags(5).build()));
        for (List<PagemapEntry> entries : damaged) {
            write(directory, entries.toArray(new PagemapEntry[0]));
            assertRefused(directory, "pagemap-42.img: the entry at byte", "damaged");
        }
    }

    @Test
    void anyAlteredByteOfAPagemapGivesAnIndexOrAnImageExceptionAndNothingElse() throws IOException {
        round(0, sink -> {
            sink.data(0x1000, Memory.pages(1, 2));
            sink.zero(0x7000, 3);
        });
        Path file = base.resolve("0/pagemap-42.img");
        byte[] sound = Files.readAllBytes(file);
        int refused = 0;
        for (int i = 0; i < sound.length * 8; i++) {
            byte[] altered = sound.clone();
            altered[i / 8] ^= (byte) (1 << i % 8);
            Files.write(file, altered);
            try {
                PageIndex.load(base.resolve("0"), TASK);
            } catch (ImageException e) {
                assertThat(e).hasMessageContaining(base.resolve("0").toString());
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(sound.length);
    }

    private void round(int number, Round round) throws IOException {
        Optional<Path> parent = number == 0 ? Optional.empty() : Optional.of(Path.of("../" + (number - 1)));
        Path directory = base.resolve(Integer.toString(number));
        try (DirectorySnapshot snapshot = DirectorySnapshot.create(directory, parent, HolePuncher.NONE)) {
            try (PageSink sink = snapshot.pages(TASK)) {
                round.write(sink);
            }
            snapshot.finish();
        }
    }

    private static PagemapEntry present(long vaddr, long pages) {
        return PagemapEntry.newBuilder()
                .setVaddr(vaddr)
                .setCompatNrPages(0)
                .setFlags(4)
                .setNrPages(pages)
                .build();
    }

    private static PagemapEntry hole(long vaddr, long pages) {
        return present(vaddr, pages).toBuilder().setFlags(1).build();
    }

    private static void write(Path directory, PagemapEntry... entries) throws IOException {
        List<Message> messages = new ArrayList<>();
        messages.add(PagemapHead.newBuilder().setPagesId(1).build());
        messages.addAll(List.of(entries));
        Files.write(directory.resolve("pagemap-42.img"), ImageEncoder.encode(ImageKind.PAGEMAP, messages));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static void assertRefused(Path directory, String... parts) {
        assertThatThrownBy(() -> PageIndex.load(directory, TASK))
                .isInstanceOf(ImageException.class)
                .hasMessageContainingAll(parts);
    }
}
