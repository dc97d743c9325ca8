package io.godwit.image.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.ImageException;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.proto.PagemapEntry;
import io.godwit.image.proto.PagemapHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectorySnapshotTest {
    private static final PagemapId TASK = new PagemapId(PagemapId.Kind.TASK, 42);

    @TempDir
    Path base;

    private Path directory;

    @BeforeEach
    void name() {
        directory = base.resolve("0");
    }

    /** A directory that others can write to: what they put there must not lead the dump elsewhere. */
    @Test
    void linksThatLieInTheWayAreReplacedAndNotFollowed() throws IOException {
        Path outside = Files.writeString(base.resolve("outside"), "as before");
        for (String name : new String[] {"inventory.img", "pagemap-42.img", "pages-1.img", "pages-1.crc32c"}) {
            Files.createDirectories(directory);
            Files.createSymbolicLink(directory.resolve(name), outside);
        }
        try (DirectorySnapshot snapshot = full()) {
            snapshot.image("inventory.img", new byte[10]);
            try (PageSink pages = snapshot.pages(TASK)) {
                pages.data(0x1000, Memory.pages(1));
            }
            snapshot.finish();
        }
        assertThat(outside).hasContent("as before");
        assertThat(directory.resolve("pages-1.img")).isRegularFile().hasSize(PageSink.PAGE);
    }

    @Test
    void pagesAreStoredOneAfterTheOther() throws IOException {
        try (DirectorySnapshot snapshot = full()) {
            try (PageSink sink = snapshot.pages(TASK)) {
                sink.data(0x1000, Memory.pages(1, 2));
                sink.data(0x8000, Memory.pages(3));
            }
            snapshot.finish();
        }
        assertThat(Files.size(directory.resolve("pages-1.img"))).isEqualTo(3 * PageSink.PAGE);
        assertThat(Memory.number(directory.resolve("pages-1.img"), 2 * PageSink.PAGE))
                .isEqualTo(3);
    }

    @Test
    void neighbouringRunsOfOneKindBecomeOneEntryWithBothCounts() throws IOException {
        try (DirectorySnapshot snapshot = full()) {
            try (PageSink sink = snapshot.pages(TASK)) {
                sink.data(0x1000, Memory.pages(1, 2));
                sink.data(0x3000, Memory.pages(3));
                sink.zero(0x4000, 1);
                sink.data(0x9000, Memory.pages(4));
            }
            snapshot.finish();
        }
        assertThat(entries())
                .containsExactly(
                        PagemapEntry.newBuilder()
                                .setVaddr(0x1000)
                                .setCompatNrPages(4)
                                .setFlags(4)
                                .setNrPages(4)
                                .build(),
                        PagemapEntry.newBuilder()
                                .setVaddr(0x9000)
                                .setCompatNrPages(1)
                                .setFlags(4)
                                .setNrPages(1)
                                .build());
    }

    @Test
    void zeroPagesAtTheEndTakeNoDiskButAreInTheFile() throws IOException {
        try (DirectorySnapshot snapshot = full()) {
            try (PageSink sink = snapshot.pages(TASK)) {
                sink.data(0x1000, Memory.pages(7));
                sink.zero(0x2000, 1000);
            }
            snapshot.finish();
        }
        Path pages = directory.resolve("pages-1.img");
        assertThat(Files.size(pages)).isEqualTo(1001L * PageSink.PAGE);
        assertThat(Memory.number(pages, 1000L * PageSink.PAGE)).isZero();
        assertThat(Memory.of(PageIndex.load(directory, TASK)))
                .hasSize(1001)
                .containsEntry(1L, 7)
                .containsEntry(2L, 0);
    }

    @Test
    void eachPagemapHasAPagesFileOfItsOwn() throws IOException {
        PagemapId shared = new PagemapId(PagemapId.Kind.SHMEM, 99);
        try (DirectorySnapshot snapshot = full()) {
            try (PageSink task = snapshot.pages(TASK);
                    PageSink object = snapshot.pages(shared)) {
                task.data(0x1000, Memory.pages(1));
                object.data(0, Memory.pages(2));
            }
            snapshot.finish();
        }
        assertThat(Memory.of(PageIndex.load(directory, TASK))).containsOnly(Map.entry(1L, 1));
        assertThat(Memory.of(PageIndex.load(directory, shared))).containsOnly(Map.entry(0L, 2));
    }

    @Test
    void aDirectBufferIsConsumed() throws IOException {
        var buffer = Memory.pages(1, 2);
        try (DirectorySnapshot snapshot = full();
                PageSink sink = snapshot.pages(TASK)) {
            sink.data(0x1000, buffer);
        }
        assertThat(buffer.hasRemaining()).isFalse();
    }

    @Test
    void runsThatDescendOverlapOrAreNoWholePagesAreRefused() throws IOException {
        try (DirectorySnapshot snapshot = full();
                PageSink sink = snapshot.pages(TASK)) {
            sink.data(0x5000, Memory.pages(1, 2));
            assertRefused(() -> sink.data(0x4000, Memory.pages(1)), "0x4000-0x5000");
            assertRefused(() -> sink.zero(0x6000, 1), "0x6000-0x7000");
            assertRefused(() -> sink.data(0x9001, Memory.pages(1)), "0x9001");
            assertRefused(() -> sink.data(0x9000, Memory.pages(1).limit(100)), "0x9000-0x9064");
            assertRefused(() -> sink.zero(0x9000, 0), "0 pages at 0x9000");
            assertRefused(() -> sink.zero(0x9000, Long.MAX_VALUE / 2), "at 0x9000");
        }
    }

    @Test
    void aHoleWithoutAParentIsRefused() throws IOException {
        try (DirectorySnapshot snapshot = full();
                PageSink sink = snapshot.pages(TASK)) {
            assertRefused(() -> sink.parent(0x1000, 1), "0x1000");
        }
    }

    @Test
    void aHoleOfWhichTheParentLacksOnePageIsRefusedAndThatPageIsNamed() throws IOException {
        try (DirectorySnapshot snapshot = full()) {
            try (PageSink sink = snapshot.pages(TASK)) {
                sink.data(0x1000, Memory.pages(1, 2));
                sink.data(0x4000, Memory.pages(3));
            }
            snapshot.finish();
        }
        try (DirectorySnapshot snapshot =
                        DirectorySnapshot.create(base.resolve("1"), Optional.of(Path.of("../0")), HolePuncher.NONE);
                PageSink sink = snapshot.pages(TASK)) {
            sink.parent(0x1000, 2);
            assertRefused(() -> sink.parent(0x4000, 2), "0x5000");
        }
    }

    @Test
    void theParentLinkSaysWhatWasGiven() throws IOException {
        Files.createDirectory(directory);
        Path child = base.resolve("1");
        DirectorySnapshot.create(child, Optional.of(Path.of("../0")), HolePuncher.NONE)
                .close();
        assertThat(Files.readSymbolicLink(child.resolve("parent"))).isEqualTo(Path.of("../0"));
    }

    @Test
    void aParentThatIsNotThereOrIsTheSnapshotItselfIsRefused() {
        assertRefused(() -> DirectorySnapshot.create(directory, Optional.of(Path.of("../9")), HolePuncher.NONE), "9");
        assertRefused(
                () -> DirectorySnapshot.create(directory, Optional.of(Path.of("../0")), HolePuncher.NONE),
                "its own parent");
    }

    @Test
    void anImageNameThatLeadsElsewhereIsRefused() throws IOException {
        try (DirectorySnapshot snapshot = full()) {
            for (String name : List.of("../core-1.img", "/etc/passwd", "..", ".", "", "parent", "a/b", "x\0")) {
                assertRefused(() -> snapshot.image(name, new byte[1]), "no name of an image file");
            }
        }
        assertThat(base.resolve("core-1.img")).doesNotExist();
    }

    @Test
    void aSnapshotThatIsNotFinishedLeavesNoFiles() throws IOException {
        try (DirectorySnapshot snapshot = full()) {
            snapshot.image("inventory.img", new byte[1]);
            try (PageSink sink = snapshot.pages(TASK)) {
                sink.data(0x1000, Memory.pages(1));
            }
        }
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void theInventoryOfADumpBeforeIsDeletedBeforeItsFilesAreReplaced() throws IOException {
        Files.createDirectories(directory);
        Path inventory = Files.write(directory.resolve("inventory.img"), new byte[] {7});
        try (DirectorySnapshot snapshot = full()) {
            assertThat(inventory).exists();
            snapshot.image("pstree.img", new byte[1]);
            assertThat(inventory).doesNotExist();
            snapshot.image("inventory.img", new byte[] {8});
            snapshot.image("files.img", new byte[1]);
            snapshot.finish();
        }
        assertThat(inventory).hasBinaryContent(new byte[] {8});
    }

    @Test
    void aSnapshotThatIsDiscardedLeavesNoFilesThoughItIsFinished() throws IOException {
        try (DirectorySnapshot snapshot = full()) {
            snapshot.image("inventory.img", new byte[1]);
            snapshot.image("pstree.img", new byte[1]);
            snapshot.finish();
            snapshot.discard();
        }
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aSnapshotWithAnOpenPagemapCanNotBeFinished() throws IOException {
        try (DirectorySnapshot snapshot = full();
                PageSink sink = snapshot.pages(TASK)) {
            sink.data(0x1000, Memory.pages(1));
            assertRefused(snapshot::finish, "not complete");
        }
    }

    @Test
    void whatIsReadAtOnceAndDeletedHasNoChecksums() throws IOException {
        try (DirectorySnapshot snapshot = DirectorySnapshot.unchecked(directory, Optional.empty(), HolePuncher.NONE)) {
            snapshot.image("mm-42.img", new byte[10]);
            try (PageSink pages = snapshot.pages(TASK)) {
                pages.data(0x1000, Memory.pages(1));
                pages.zero(0x2000, 1);
            }
            snapshot.finish();
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("mm-42.img", "pages-1.img", "pagemap-42.img");
        }
        assertThat(Files.size(directory.resolve("pages-1.img"))).isEqualTo(2 * PageSink.PAGE);
    }

    private DirectorySnapshot full() throws IOException {
        return DirectorySnapshot.create(directory, Optional.empty(), HolePuncher.NONE);
    }

    private List<PagemapEntry> entries() throws IOException {
        ImageReader reader = ImageReader.open(directory, ImageKind.PAGEMAP, 42);
        reader.next(PagemapHead.parser());
        return reader.readAll(PagemapEntry.parser());
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String part) {
        assertThatThrownBy(call).isInstanceOf(ImageException.class).hasMessageContaining(part);
    }
}
