package io.godwit.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.godwit.image.ImageEncoder.Entry;
import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.image.proto.DumpStatsEntry;
import io.godwit.image.proto.EventfdFileEntry;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FownEntry;
import io.godwit.image.proto.GhostChunkEntry;
import io.godwit.image.proto.GhostFileEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.PagemapEntry;
import io.godwit.image.proto.PagemapHead;
import io.godwit.image.proto.PipeDataEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.RegFileEntry;
import io.godwit.image.proto.ScmEntry;
import io.godwit.image.proto.SkPacketEntry;
import io.godwit.image.proto.StatsEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we write, read by CRIU's tool; and what it writes, read by us. */
class CritJudgeIT {
    private static final FownEntry NO_OWNER = FownEntry.newBuilder()
            .setUid(0)
            .setEuid(0)
            .setSignum(0)
            .setPidType(0)
            .setPid(0)
            .build();
    private static final String NO_OWNER_JSON = "'fown': {'uid': 0, 'euid': 0, 'signum': 0, 'pid_type': 0, 'pid': 0}";

    @TempDir
    Path directory;

    @Test
    void theInventory() throws Exception {
        judge(
                ImageKind.INVENTORY,
                List.of(InventoryEntry.newBuilder()
                        .setImgVersion(2)
                        .setFdinfoPerId(true)
                        .setNsPerId(true)
                        .build()),
                "{'magic': 'INVENTORY', 'entries': [{'img_version': 2, 'fdinfo_per_id': true, 'ns_per_id': true}]}");
    }

    @Test
    void theTree() throws Exception {
        judge(
                ImageKind.PSTREE,
                List.of(
                        PstreeEntry.newBuilder()
                                .setPid(42)
                                .setPpid(0)
                                .setPgid(42)
                                .setSid(42)
                                .addThreads(42)
                                .addThreads(43)
                                .build(),
                        PstreeEntry.newBuilder()
                                .setPid(50)
                                .setPpid(42)
                                .setPgid(42)
                                .setSid(42)
                                .addThreads(50)
                                .build()),
                "{'magic': 'PSTREE', 'entries': ["
                        + "{'pid': 42, 'ppid': 0, 'pgid': 42, 'sid': 42, 'threads': [42, 43]}, "
                        + "{'pid': 50, 'ppid': 42, 'pgid': 42, 'sid': 42, 'threads': [50]}]}");
    }

    @Test
    void filesAndTheirDescriptors() throws Exception {
        judge(
                ImageKind.FILES,
                List.of(
                        FileEntry.newBuilder()
                                .setType(FdTypes.REG)
                                .setId(1)
                                .setReg(RegFileEntry.newBuilder()
                                        .setId(1)
                                        .setFlags(0100002)
                                        .setPos(12)
                                        .setFown(NO_OWNER)
                                        .setName("/var/log/app.log")
                                        .setMntId(-1))
                                .build(),
                        FileEntry.newBuilder()
                                .setType(FdTypes.EVENTFD)
                                .setId(2)
                                .setEfd(EventfdFileEntry.newBuilder()
                                        .setId(2)
                                        .setFlags(2)
                                        .setFown(NO_OWNER)
                                        .setCounter(-2))
                                .build()),
                "{'magic': 'FILES', 'entries': ["
                        + "{'type': 'REG', 'id': 1, 'reg': {'id': 1, 'flags': 32770, 'pos': 12, " + NO_OWNER_JSON
                        + ", 'name': '/var/log/app.log', 'mnt_id': -1}}, "
                        + "{'type': 'EVENTFD', 'id': 2, 'efd': {'id': 2, 'flags': 2, " + NO_OWNER_JSON
                        + ", 'counter': 18446744073709551614}}]}");
    }

    @Test
    void numberedImages() throws Exception {
        FdinfoEntry descriptor = FdinfoEntry.newBuilder()
                .setId(1)
                .setFlags(1)
                .setType(FdTypes.REG)
                .setFd(3)
                .build();
        Path image = write("fdinfo-2.img", ImageEncoder.encode(ImageKind.FDINFO, List.of(descriptor)));
        assertDecoded(image, "{'magic': 'FDINFO', 'entries': [{'id': 1, 'flags': 1, 'type': 'REG', 'fd': 3}]}");
        assertEncodedAlike(image);
    }

    @Test
    void statistics() throws Exception {
        judge(
                ImageKind.STATS_DUMP,
                List.of(StatsEntry.newBuilder()
                        .setDump(DumpStatsEntry.newBuilder()
                                .setFreezingTime(1)
                                .setFrozenTime(2)
                                .setMemdumpTime(3)
                                .setMemwriteTime(4)
                                .setPagesScanned(5)
                                .setPagesSkippedParent(6)
                                .setPagesWritten(7)
                                .setPagesLazy(8))
                        .build()),
                "{'magic': 'STATS', 'entries': [{'dump': {'freezing_time': 1, 'frozen_time': 2, 'memdump_time': 3, "
                        + "'memwrite_time': 4, 'pages_scanned': 5, 'pages_skipped_parent': 6, 'pages_written': 7, "
                        + "'pages_lazy': 8}}]}");
    }

    @Test
    void pipeContents() throws Exception {
        PipeDataEntry.Builder pipe = PipeDataEntry.newBuilder().setPipeId(7).setSize(65536);
        Path image = write(
                "pipes-data.img",
                ImageEncoder.encodeEntries(
                        ImageKind.PIPES_DATA,
                        List.of(
                                new Entry(pipe.setBytes(5).build(), ascii("hello")),
                                new Entry(pipe.setBytes(1).build(), ascii("!")))));
        assertDecoded(
                image,
                "{'magic': 'PIPES_DATA', 'entries': ["
                        + "{'pipe_id': 7, 'bytes': 5, 'size': 65536, 'extra': 'aGVsbG8=\\n'}, "
                        + "{'pipe_id': 7, 'bytes': 1, 'size': 65536, 'extra': 'IQ==\\n'}]}");
        assertEncodedAlike(image);
    }

    @Test
    void queuedPacketsWithDescriptorsInThem() throws Exception {
        SkPacketEntry packet = SkPacketEntry.newBuilder()
                .setIdFor(4)
                .setLength(5)
                .addScm(ScmEntry.newBuilder().setType(1).addRights(9))
                .build();
        Path image = write(
                "sk-queues.img",
                ImageEncoder.encodeEntries(ImageKind.SK_QUEUES, List.of(new Entry(packet, ascii("hello")))));
        assertDecoded(
                image,
                "{'magic': 'SK_QUEUES', 'entries': [{'id_for': 4, 'length': 5, "
                        + "'scm': [{'type': 1, 'rights': [9]}], 'extra': 'aGVsbG8=\\n'}]}");
        assertEncodedAlike(image);
    }

    @Test
    void aGhostFileInChunks() throws Exception {
        GhostFileEntry file = GhostFileEntry.newBuilder()
                .setUid(0)
                .setGid(0)
                .setMode(0100644)
                .setChunks(true)
                .setSize(16384)
                .build();
        GhostChunkEntry chunk =
                GhostChunkEntry.newBuilder().setLen(5).setOff(8192).build();
        Path image = write(
                "ghost-file-1.img",
                ImageEncoder.encodeEntries(
                        ImageKind.GHOST_FILE, List.of(new Entry(file, new byte[0]), new Entry(chunk, ascii("hello")))));
        assertDecoded(
                image,
                "{'magic': 'GHOST_FILE', 'entries': ["
                        + "{'uid': 0, 'gid': 0, 'mode': 33188, 'chunks': true, 'size': 16384}, "
                        + "{'len': 5, 'off': 8192, 'extra': 'aGVsbG8=\\n'}]}");
        assertEncodedAlike(image);
    }

    /** Debian's tool is older than the field for large counts, so that it shows the count that is there for old readers. */
    @Test
    void aPagemapWithPagesHereAndInTheParent() throws Exception {
        PagemapId task = new PagemapId(PagemapId.Kind.TASK, 42);
        try (SnapshotSink parent =
                        DirectorySnapshot.create(directory.resolve("0"), Optional.empty(), HolePuncher.NONE);
                SnapshotSink child = DirectorySnapshot.create(
                        directory.resolve("1"), Optional.of(Path.of("../0")), HolePuncher.NONE)) {
            try (PageSink pages = parent.pages(task)) {
                pages.data(0x400000, ByteBuffer.allocateDirect(3 * PageSink.PAGE));
            }
            parent.finish();
            try (PageSink pages = child.pages(task)) {
                pages.parent(0x400000, 2);
                pages.data(0x402000, ByteBuffer.allocateDirect(PageSink.PAGE));
                pages.zero(0x403000, 1);
            }
            child.finish();
        }
        assertDecoded(
                directory.resolve("1/pagemap-42.img"),
                "{'magic': 'PAGEMAP', 'entries': [{'pages_id': 1}, {'vaddr': 4194304, 'nr_pages': 2, 'flags': 1}, "
                        + "{'vaddr': 4202496, 'nr_pages': 2, 'flags': 4}]}");
    }

    /** The count is where versions up to 4.1 look for it, and where 4.2 does; one that has it in one place alone is read too. */
    @Test
    void theCountOfPagesIsReadFromEitherField() throws Exception {
        PagemapHead head = PagemapHead.newBuilder().setPagesId(1).build();
        PagemapEntry both = PagemapEntry.newBuilder()
                .setVaddr(0x400000)
                .setCompatNrPages(2)
                .setNrPages(2)
                .setFlags(4)
                .build();
        List<PagemapEntry> forms = List.of(
                both,
                both.toBuilder().clearNrPages().build(),
                both.toBuilder().setCompatNrPages(0).build(),
                both.toBuilder().clearNrPages().clearFlags().build());
        write("pages-1.img", new byte[2 * PageSink.PAGE]);
        for (PagemapEntry form : forms) {
            Path image = write("pagemap-42.img", ImageEncoder.encode(ImageKind.PAGEMAP, List.of(head, form)));
            assertThat(PageIndex.load(directory, new PagemapId(PagemapId.Kind.TASK, 42))
                            .extents())
                    .containsExactly(new PageIndex.Extent(0x400000, 2, directory.resolve("pages-1.img"), 0));
            String flags = form.hasFlags() ? ", 'flags': 4" : "";
            assertDecoded(
                    image,
                    "{'magic': 'PAGEMAP', 'entries': [{'pages_id': 1}, {'vaddr': 4194304, 'nr_pages': "
                            + form.getCompatNrPages() + flags + "}]}");
        }
    }

    /** What the tool writes has no field that is younger than it is, and pages in a parent in the old way. */
    @Test
    void aPagemapThatTheToolWroteIsRead() throws Exception {
        Path json = Files.writeString(
                directory.resolve("pagemap.json"),
                "{'magic': 'PAGEMAP', 'entries': [{'pages_id': 1}, {'vaddr': 4194304, 'nr_pages': 2, 'in_parent': true}, "
                                .replace('\'', '"')
                        + "{'vaddr': 4202496, 'nr_pages': 1}]}".replace('\'', '"'));
        Path parent = Files.createDirectory(directory.resolve("before"));
        Path child = Files.createDirectory(directory.resolve("after"));
        Crit.encode(json, child.resolve("pagemap-42.img"));
        Files.write(child.resolve("pages-1.img"), new byte[PageSink.PAGE]);
        Files.createSymbolicLink(child.resolve("parent"), Path.of("../before"));
        Files.writeString(
                json,
                "{'magic': 'PAGEMAP', 'entries': [{'pages_id': 5}, {'vaddr': 4190208, 'nr_pages': 4}]}"
                        .replace('\'', '"'));
        Crit.encode(json, parent.resolve("pagemap-42.img"));
        Files.write(parent.resolve("pages-5.img"), new byte[4 * PageSink.PAGE]);
        Path real = parent.toRealPath().resolve("pages-5.img");
        assertThat(PageIndex.load(child, new PagemapId(PagemapId.Kind.TASK, 42)).extents())
                .containsExactly(
                        new PageIndex.Extent(0x400000, 2, real, PageSink.PAGE),
                        new PageIndex.Extent(0x402000, 1, child.resolve("pages-1.img"), 0));
    }

    private void judge(ImageKind kind, List<? extends Message> entries, String json) throws Exception {
        Path image = write(kind.fileName(), ImageEncoder.encode(kind, entries));
        assertDecoded(image, json);
        assertEncodedAlike(image);
    }

    private Path write(String name, byte[] content) throws Exception {
        return Files.write(directory.resolve(name), content);
    }

    private static void assertDecoded(Path image, String json) throws Exception {
        assertThat(Crit.decode(image)).isEqualTo(json.replace('\'', '"'));
    }

    /** What the tool makes of its own text must be the very bytes that we wrote. */
    private void assertEncodedAlike(Path image) throws Exception {
        Path json = Files.writeString(directory.resolve("decoded.json"), Crit.decode(image));
        Path again = directory.resolve("encoded-again");
        Crit.encode(json, again);
        assertThat(Hex.text(Files.readAllBytes(again))).isEqualTo(Hex.text(Files.readAllBytes(image)));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
