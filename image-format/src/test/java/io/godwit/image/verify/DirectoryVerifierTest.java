package io.godwit.image.verify;

import static io.godwit.image.verify.GoodDump.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.Images;
import io.godwit.image.Minimal;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.GhostFileEntry;
import io.godwit.image.proto.InetSkEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PagemapEntry;
import io.godwit.image.proto.PagemapHead;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.image.proto.RemapType;
import io.godwit.image.proto.SaEntry;
import io.godwit.image.proto.ScmEntry;
import io.godwit.image.proto.SkPacketEntry;
import io.godwit.image.proto.TaskKobjIdsEntry;
import io.godwit.image.proto.VmaEntry;
import io.godwit.image.tree.FileImages;
import io.godwit.image.tree.TreeImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryVerifierTest {
    private static final int ANON = 1 | 1 << 9;
    private static final int FILE = 1 | 1 << 6;
    private static final PagemapHead HEAD =
            PagemapHead.newBuilder().setPagesId(1).build();

    @TempDir
    private Path base;

    private Path dump;

    @BeforeEach
    void aGoodDump() throws IOException {
        dump = GoodDump.write(base);
    }

    @Test
    void aGoodDumpAndItsPreDumpAreGood() throws IOException {
        found().isEmpty();
        assertThat(DirectoryVerifier.verify(base.resolve("0"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inventory.img",
                "pstree.img",
                "core-42.img",
                "core-43.img",
                "core-44.img",
                "ids-42.img",
                "mm-42.img",
                "fs-42.img",
                "fdinfo-7.img",
                "files.img",
                "pagemap-42.img",
                "pages-1.img"
            })
    void everyMissingFileIsNamed(String name) throws IOException {
        Files.delete(dump.resolve(name));
        found().anyMatch(finding -> finding.startsWith(name + ": missing"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"inventory.img", "core-42.img", "mm-42.img", "files.img", "pagemap-42.img", "pipes-data.img"})
    void aWrongMagicIsFound(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(dump.resolve(name));
        bytes[name.startsWith("inventory") ? 0 : 4] ^= 1;
        Files.write(dump.resolve(name), bytes);
        found().anyMatch(finding -> finding.startsWith(name + ": has magic 0x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"inventory.img", "pstree.img", "core-42.img", "files.img", "pagemap-42.img", "pipes-data.img"})
    void aTruncatedFileIsFound(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(dump.resolve(name));
        Files.write(dump.resolve(name), Arrays.copyOf(bytes, bytes.length - 1));
        found().anyMatch(finding -> finding.startsWith(name + ": the entry at byte") && finding.contains("truncated"));
    }

    @Test
    void aPagesFileThatIsTooShortOrTooLongIsFound() throws IOException {
        Files.write(dump.resolve("pages-1.img"), new byte[100]);
        found().containsExactly("pages-1.img: ends at byte 100 of the 4096 that pagemap-42.img names");
        Files.write(dump.resolve("pages-1.img"), new byte[8192]);
        found().containsExactly("pages-1.img: has 8192 bytes, and pagemap-42.img names only 4096");
    }

    @Test
    void aPagesFileOfAParentThatIsTooShortIsFound() throws IOException {
        Files.write(base.resolve("0/pages-1.img"), new byte[4096]);
        assertThat(DirectoryVerifier.verify(dump))
                .extracting(Finding::file)
                .containsExactly(base.resolve("0").toRealPath().resolve("pages-1.img"));
    }

    @Test
    void holesAreFoundThatNoParentFills() throws IOException {
        Files.delete(dump.resolve("parent"));
        found().containsExactly(
                        "pagemap-42.img: says that the page 0x1000 is in the parent, and there is none",
                        "pagemap-42.img: says that the page 0x3000 is in the parent, and there is none");
    }

    @Test
    void aHoleIsFoundThatTheParentFillsInPart() throws IOException {
        write(base.resolve("0"), ImageKind.PAGEMAP, 42, HEAD, run(0x1000, 2, 4));
        Files.write(base.resolve("0/pages-1.img"), new byte[8192]);
        found().containsExactly("pagemap-42.img: says that the page 0x3000 is in the parent, which does not have it");
    }

    @Test
    void aParentLinkThatLeadsNowhereIsFound() throws IOException {
        link(dump, "../gone");
        found().contains("parent: leads to no directory: ../gone");
    }

    @Test
    void parentsInALoopAreFound() throws IOException {
        link(base.resolve("0"), "../1");
        assertThat(DirectoryVerifier.verify(dump))
                .anyMatch(finding -> finding.problem().contains("the parents are a loop"));
        link(dump, ".");
        found().anyMatch(finding -> finding.startsWith("parent: leads to") && finding.contains("a loop"));
    }

    @Test
    void descriptorsPathsAndMappingsOfUnknownFilesAreAllFound() throws IOException {
        write(dump, ImageKind.FILES, GoodDump.file(2, "/bin/worker"));
        write(dump, ImageKind.FDINFO, 7, GoodDump.descriptor(0, 77), GoodDump.descriptor(0, 2));
        write(dump, ImageKind.MM, 42, GoodDump.memory(GoodDump.vma(0x1000, 0x4000, FILE, 55)));
        write(dump, ImageKind.REMAP_FPATH, remap(2, RemapType.GHOST), remap(66, RemapType.LINKED));
        found().containsExactlyInAnyOrder(
                        "fdinfo-7.img: descriptor 0 is the file with id 77, which is not in files.img",
                        "fdinfo-7.img: has the descriptor 0 twice",
                        "fs-42.img: the working directory is the file with id 1, which is not in files.img",
                        "fs-42.img: the root directory is the file with id 1, which is not in files.img",
                        "mm-42.img: the mapping at 0x1000 is of the file with id 55, which is not in files.img",
                        "pipes-data.img: holds data of pipe 99, which is not in files.img",
                        "ghost-file-5.img: missing, and the deleted file with id 2 needs it",
                        "remap-fpath.img: a path is the file with id 66, which is not in files.img",
                        "remap-fpath.img: a substitute is the file with id 5, which is not in files.img");
    }

    @Test
    void mappingsThatOverlapOrAreNotOfWholePagesAreFound() throws IOException {
        write(
                dump,
                ImageKind.MM,
                42,
                GoodDump.memory(
                        GoodDump.vma(0x1000, 0x3000, ANON, 0),
                        GoodDump.vma(0x2000, 0x5000, ANON, 0),
                        GoodDump.vma(0x7000, 0x7800, ANON, 0)));
        found().containsExactly(
                        "mm-42.img: the mappings 0x1000-0x3000 and 0x2000-0x5000 overlap",
                        "mm-42.img: the mapping 0x7000-0x7800 is not of whole pages, or empty");
    }

    @Test
    void guardPagesMayLieInAMapping() throws IOException {
        write(
                dump,
                ImageKind.MM,
                42,
                GoodDump.memory(GoodDump.vma(0x1000, 0x4000, ANON, 0), GoodDump.vma(0x2000, 0x3000, 1 << 16, 0)));
        found().isEmpty();
    }

    @Test
    void pagesOutsideOfAllMappingsAreFound() throws IOException {
        write(dump, ImageKind.MM, 42, GoodDump.memory(GoodDump.vma(0x1000, 0x3000, ANON, 0)));
        found().containsExactly("pagemap-42.img: has the page 0x3000, which is in no mapping of mm-42.img");
    }

    @Test
    void pageCountsThatDisagreeAreFoundButNotTheZeroOfNewerVersions() throws IOException {
        write(
                dump,
                ImageKind.PAGEMAP,
                42,
                HEAD,
                run(0x2000, 1, 4).toBuilder().setCompatNrPages(2).build());
        found().containsExactly("pagemap-42.img: the run at 0x2000 has 1 pages by one field and 2 by the other");
        write(
                dump,
                ImageKind.PAGEMAP,
                42,
                HEAD,
                run(0x2000, 1, 4).toBuilder().setCompatNrPages(0).build());
        found().isEmpty();
    }

    @Test
    void allThatIsWrongInAPagemapIsFoundNotOnlyTheFirst() throws IOException {
        write(
                dump,
                ImageKind.PAGEMAP,
                42,
                HEAD,
                run(0x3000, 1, 4),
                run(0x2000, 1, 5),
                run(0x2001, 1, 4),
                run(0x3000, 0, 4),
                run(0x3000, 1, 2));
        found().containsExactly(
                        "pagemap-42.img: the run at 0x2000 is not above the one before it, which ends at 0x4000",
                        "pagemap-42.img: the run at 0x2000 is both here and in the parent",
                        "pagemap-42.img: the run at 0x2001 of 1 pages is not one of whole pages of a process",
                        "pagemap-42.img: the run at 0x3000 of 0 pages is not one of whole pages of a process",
                        "pagemap-42.img: the run at 0x3000 stayed with the process that was dumped (a lazy dump)",
                        "pages-1.img: ends at byte 4096 of the 8192 that pagemap-42.img names");
    }

    @Test
    void aTreeThatIsNoneIsFound() throws IOException {
        write(
                dump,
                ImageKind.PSTREE,
                GoodDump.process(42, 0, 44, 42),
                GoodDump.process(43, 41, 43),
                GoodDump.process(43, 0, 43));
        found().containsExactlyInAnyOrder(
                        "pstree.img: the first thread of pid 42 is 44",
                        "pstree.img: the parent 41 of pid 43 is not above it",
                        "pstree.img: pid 43 has the parent 0, and the first entry alone is the root",
                        "pstree.img: names pid 43 twice");
    }

    @Test
    void imagesOfNoProcessAreFound() throws IOException {
        Files.copy(dump.resolve("core-44.img"), dump.resolve("core-50.img"));
        Files.copy(dump.resolve("mm-42.img"), dump.resolve("mm-44.img"));
        found().containsExactly(
                        "core-50.img: is of no process in pstree.img", "mm-44.img: is of no process in pstree.img");
    }

    @Test
    void aThreadOfTwoProcessesAndImagesThatNobodyNamesAreFound() throws IOException {
        write(dump, ImageKind.PSTREE, GoodDump.process(42, 0, 42, 44), GoodDump.process(43, 42, 43, 44));
        Files.copy(dump.resolve("fdinfo-7.img"), dump.resolve("fdinfo-8.img"));
        write(dump, ImageKind.PAGEMAP, 50, HEAD, run(0x2000, 1, 4));
        Files.copy(dump.resolve("pages-1.img"), dump.resolve("pages-2.img"));
        write(dump, ImageKind.GHOST_FILE, 5, Minimal.of(GhostFileEntry.getDefaultInstance()));
        found().containsExactlyInAnyOrder(
                        "pstree.img: names thread 44 twice",
                        "fdinfo-8.img: is of no process in pstree.img",
                        "pagemap-50.img: is of no process in pstree.img",
                        "pagemap-50.img: has the same pages file as pagemap-42.img",
                        "pages-2.img: has pages, and no pagemap names it",
                        "ghost-file-5.img: is of no deleted file in remap-fpath.img");
    }

    @Test
    void aThreadThatCouldNotGoOnIsFound() throws IOException {
        write(dump, ImageKind.CORE, 42, GoodDump.core(1, "worker"));
        CoreEntry nothing =
                CoreEntry.newBuilder().setMtype(CoreEntry.March.X86_64).build();
        write(dump, ImageKind.CORE, 44, nothing);
        found().containsExactlyInAnyOrder(
                        "core-42.img: has no registers of thread 42",
                        "core-42.img: has no state of thread 42",
                        "core-42.img: has 0 actions for signals instead of 62",
                        "core-44.img: has no registers of thread 44",
                        "core-44.img: has no state of thread 44");
    }

    @Test
    void sharedMemoryThatNobodyHasOrThatIsTooLongIsFound() throws IOException {
        write(
                dump,
                ImageKind.MM,
                42,
                GoodDump.memory(GoodDump.vma(0x1000, 0x5000, ANON, 0), GoodDump.vma(0x10000, 0x12000, 1 | 1 << 8, 9)));
        for (int id : new int[] {9, 10}) {
            Files.write(dump.resolve("pages-1" + id + ".img"), new byte[4096]);
            PagemapHead head = PagemapHead.newBuilder()
                    .setPagesId(Integer.parseInt("1" + id))
                    .build();
            write(dump, ImageKind.PAGEMAP_SHMEM, id, head, run(0x2000, 1, 4));
        }
        found().containsExactlyInAnyOrder(
                        "pagemap-shmem-9.img: has the page 0x2000, and its object ends at 0x2000",
                        "pagemap-shmem-10.img: is of a shared memory object that no mapping and no file is of");
    }

    @Test
    void whatTravelsInAPacketAndAConnectionsStreamAreMissed() throws IOException {
        SkPacketEntry packet = SkPacketEntry.newBuilder()
                .setIdFor(3)
                .setLength(0)
                .addScm(ScmEntry.newBuilder().setType(1).addRights(99))
                .build();
        write(dump, ImageKind.SK_QUEUES, packet);
        InetSkEntry socket = Minimal.of(InetSkEntry.newBuilder()
                .setId(4)
                .setIno(0x1f)
                .setProto(6)
                .setState(1)
                .buildPartial());
        FileEntry connection = FileEntry.newBuilder()
                .setType(FdTypes.INETSK)
                .setId(4)
                .setIsk(socket)
                .build();
        List<FileEntry> files = new ArrayList<>(FileImages.files(Images.in(dump)));
        files.add(connection);
        write(dump, ImageKind.FILES, files.toArray(FileEntry[]::new));
        found().containsExactlyInAnyOrder(
                        "sk-queues.img: what travels in a packet is the file with id 99, which is not in files.img",
                        "tcp-stream-1f.img: missing, and the connection with id 4 needs it");
    }

    @Test
    void aTreeOfAnOldVersionIsGood() throws IOException {
        List<FileEntry> files = FileImages.files(Images.in(dump));
        write(dump, ImageKind.REG_FILES, files.get(0).getReg(), files.get(1).getReg());
        write(dump, ImageKind.PIPES, files.get(2).getPipe());
        Files.delete(dump.resolve("files.img"));
        CoreEntry core = new TreeImages(Images.in(dump)).core(42);
        write(dump, ImageKind.SIGACT, 42, core.getTc().getSigactionsList().toArray(SaEntry[]::new));
        CoreEntry.Builder old = core.toBuilder();
        old.getTcBuilder().clearSigactions();
        TaskKobjIdsEntry ids = ImageReader.open(dump, ImageKind.IDS, 42).one(TaskKobjIdsEntry.parser());
        write(dump, ImageKind.CORE, 42, old.setIds(ids).build());
        Files.delete(dump.resolve("ids-42.img"));
        MmEntry memory = new TreeImages(Images.in(dump)).memory(42);
        write(dump, ImageKind.VMAS, 42, memory.getVmasList().toArray(VmaEntry[]::new));
        write(dump, ImageKind.MM, 42, memory.toBuilder().clearVmas().build());
        found().isEmpty();
        assertThat(new TreeImages(Images.in(dump)).core(42).getTc()).isEqualTo(core.getTc());
        assertThat(FileImages.files(Images.in(dump))).containsExactlyElementsOf(files);
        assertThat(new TreeImages(Images.in(dump)).memory(42)).isEqualTo(memory);
        assertThat(new TreeImages(Images.in(dump)).descriptors(42)).hasSize(2);
    }

    @Test
    void anInventoryWithoutTablesOfDescriptorsIsFound() throws IOException {
        write(
                dump,
                ImageKind.INVENTORY,
                InventoryEntry.newBuilder().setImgVersion(2).build());
        found().containsExactly("inventory.img: does not say that descriptor tables have ids of their own");
    }

    @Test
    void anUnknownVersionIsFound() throws IOException {
        write(
                dump,
                ImageKind.INVENTORY,
                InventoryEntry.newBuilder()
                        .setImgVersion(9)
                        .setFdinfoPerId(true)
                        .build());
        found().containsExactly("inventory.img: is of version 9; Godwit knows 1 and 2");
    }

    @Test
    void anyAlteredByteGivesFindingsAndNoOtherFailure() throws IOException {
        for (String name : new String[] {"pagemap-42.img", "pstree.img", "fdinfo-7.img", "mm-42.img"}) {
            byte[] sound = Files.readAllBytes(dump.resolve(name));
            for (int i = 0; i < sound.length; i++) {
                byte[] altered = sound.clone();
                altered[i] ^= (byte) 0x81;
                Files.write(dump.resolve(name), altered);
                assertThat(DirectoryVerifier.verify(dump)).isNotNull();
            }
            Files.write(dump.resolve(name), sound);
        }
        found().isEmpty();
    }

    /** As {@code file: problem}, without the directory, each at most once. */
    private ListAssert<String> found() throws IOException {
        return assertThat(DirectoryVerifier.verify(dump).stream()
                .map(finding -> finding.file().getFileName() + ": " + finding.problem())
                .toList());
    }

    private static void link(Path directory, String target) throws IOException {
        Path link = directory.resolve("parent");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(target));
    }

    private static PagemapEntry run(long vaddr, int pages, int flags) {
        return PagemapEntry.newBuilder()
                .setVaddr(vaddr)
                .setCompatNrPages(pages)
                .setNrPages(pages)
                .setFlags(flags)
                .build();
    }

    private static RemapFilePathEntry remap(int id, RemapType type) {
        return RemapFilePathEntry.newBuilder()
                .setOrigId(id)
                .setRemapId(5)
                .setRemapType(type)
                .build();
    }
}
