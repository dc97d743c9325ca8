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

/** What is wrong with the files of a dump, its processes and what they have open. */
class DirectoryVerifierTest {
    private static final int FILE = 1 | 1 << 6;

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
        write(dump, ImageKind.PAGEMAP, 50, GoodDump.HEAD, GoodDump.run(0x2000, 1, 4));
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

    private ListAssert<String> found() throws IOException {
        return assertThat(GoodDump.findings(dump));
    }

    private static RemapFilePathEntry remap(int id, RemapType type) {
        return RemapFilePathEntry.newBuilder()
                .setOrigId(id)
                .setRemapId(5)
                .setRemapType(type)
                .build();
    }
}
