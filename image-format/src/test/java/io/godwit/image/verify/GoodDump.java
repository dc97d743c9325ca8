package io.godwit.image.verify;

import com.google.protobuf.Message;
import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.Minimal;
import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.ImageChecksums;
import io.godwit.image.pages.PageChecksums;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FownEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PagemapEntry;
import io.godwit.image.proto.PagemapHead;
import io.godwit.image.proto.PipeDataEntry;
import io.godwit.image.proto.PipeEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.RegFileEntry;
import io.godwit.image.proto.SaEntry;
import io.godwit.image.proto.TaskCoreEntry;
import io.godwit.image.proto.TaskKobjIdsEntry;
import io.godwit.image.proto.ThreadCoreEntry;
import io.godwit.image.proto.ThreadInfoX86;
import io.godwit.image.proto.VmaEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * A chain of two dumps that fit together: in {@code 0} the pages 0x1000-0x4000 of process 42; in {@code 1} all of the process,
 * with the page at 0x2000 written again; its child 43 is a zombie. Tests damage {@code 1}.
 */
public final class GoodDump {
    /** The status of a private anonymous mapping. */
    static final int ANON = 1 | 1 << 9;

    static final PagemapHead HEAD = PagemapHead.newBuilder().setPagesId(1).build();

    private static final PagemapId TASK = new PagemapId(PagemapId.Kind.TASK, 42);
    private static final FownEntry NO_OWNER = FownEntry.newBuilder()
            .setUid(0)
            .setEuid(0)
            .setSignum(0)
            .setPidType(0)
            .setPid(0)
            .build();

    private GoodDump() {}

    /** Writes the chain and returns the newer dump. */
    public static Path write(Path base) throws IOException {
        Path parent = base.resolve("0");
        pages(parent, Optional.empty(), sink -> sink.data(0x1000, ByteBuffer.allocateDirect(3 * PageSink.PAGE)));
        write(
                parent,
                ImageKind.INVENTORY,
                InventoryEntry.newBuilder().setImgVersion(0).build());
        Path dump = base.resolve("1");
        pages(dump, Optional.of(Path.of("../0")), sink -> {
            sink.parent(0x1000, 1);
            sink.data(0x2000, ByteBuffer.allocateDirect(PageSink.PAGE));
            sink.parent(0x3000, 1);
        });
        write(
                dump,
                ImageKind.INVENTORY,
                InventoryEntry.newBuilder()
                        .setImgVersion(2)
                        .setFdinfoPerId(true)
                        .build());
        write(dump, ImageKind.PSTREE, process(42, 0, 42, 44), process(43, 42, 43));
        write(dump, ImageKind.CORE, 42, living(core(1, "worker")));
        write(dump, ImageKind.CORE, 43, core(2, "gone"));
        write(dump, ImageKind.CORE, 44, thread());
        write(
                dump,
                ImageKind.IDS,
                42,
                TaskKobjIdsEntry.newBuilder()
                        .setVmId(1)
                        .setFilesId(7)
                        .setFsId(1)
                        .setSighandId(1)
                        .build());
        write(
                dump,
                ImageKind.FS,
                42,
                FsEntry.newBuilder().setCwdId(1).setRootId(1).build());
        write(dump, ImageKind.MM, 42, memory(vma(0x1000, 0x3000, 1 | 1 << 9, 0), vma(0x3000, 0x5000, 1 | 1 << 6, 2)));
        write(dump, ImageKind.FDINFO, 7, descriptor(0, 2), descriptor(1, 3));
        write(dump, ImageKind.FILES, file(1, "/"), file(2, "/bin/worker"), pipe());
        byte[] data = ImageEncoder.encodeEntries(
                ImageKind.PIPES_DATA,
                List.of(new ImageEncoder.Entry(
                        PipeDataEntry.newBuilder().setPipeId(99).setBytes(5).build(), "hello".getBytes("US-ASCII"))));
        Files.write(dump.resolve("pipes-data.img"), data);
        return dump;
    }

    static void write(Path directory, ImageKind kind, Message... entries) throws IOException {
        Files.write(directory.resolve(kind.fileName()), ImageEncoder.encode(kind, List.of(entries)));
    }

    static void write(Path directory, ImageKind kind, int id, Message... entries) throws IOException {
        Files.write(directory.resolve(kind.fileName(id)), ImageEncoder.encode(kind, List.of(entries)));
    }

    private interface Pages {
        void write(PageSink sink) throws IOException;
    }

    private static void pages(Path directory, Optional<Path> parent, Pages pages) throws IOException {
        try (DirectorySnapshot snapshot = DirectorySnapshot.create(directory, parent, HolePuncher.NONE)) {
            try (PageSink sink = snapshot.pages(TASK)) {
                pages.write(sink);
            }
            snapshot.finish();
        }
        // as CRIU leaves it; tests damage the rest
        Files.delete(directory.resolve(ImageChecksums.FILE));
        Files.delete(PageChecksums.file(directory.resolve("pages-1.img")));
    }

    static PstreeEntry process(int pid, int ppid, Integer... threads) {
        return PstreeEntry.newBuilder()
                .setPid(pid)
                .setPpid(ppid)
                .setPgid(42)
                .setSid(42)
                .addAllThreads(List.of(threads))
                .build();
    }

    static CoreEntry core(int state, String comm) {
        TaskCoreEntry task = TaskCoreEntry.newBuilder()
                .setTaskState(state)
                .setExitCode(0)
                .setPersonality(0)
                .setFlags(0)
                .setBlkSigset(0)
                .setComm(comm)
                .build();
        return CoreEntry.newBuilder()
                .setMtype(CoreEntry.March.X86_64)
                .setTc(task)
                .build();
    }

    /** With all that a process needs to go on. */
    private static CoreEntry living(CoreEntry core) {
        CoreEntry.Builder living = core.toBuilder().mergeFrom(thread());
        living.getTcBuilder().addAllSigactions(Collections.nCopies(62, Minimal.of(SaEntry.getDefaultInstance())));
        return living.build();
    }

    private static CoreEntry thread() {
        return CoreEntry.newBuilder()
                .setMtype(CoreEntry.March.X86_64)
                .setThreadInfo(Minimal.of(ThreadInfoX86.getDefaultInstance()))
                .setThreadCore(Minimal.of(ThreadCoreEntry.getDefaultInstance()))
                .build();
    }

    static MmEntry memory(VmaEntry... vmas) {
        return MmEntry.newBuilder()
                .setMmStartCode(0)
                .setMmEndCode(0)
                .setMmStartData(0)
                .setMmEndData(0)
                .setMmStartStack(0)
                .setMmStartBrk(0)
                .setMmBrk(0)
                .setMmArgStart(0)
                .setMmArgEnd(0)
                .setMmEnvStart(0)
                .setMmEnvEnd(0)
                .setExeFileId(2)
                .addAllVmas(List.of(vmas))
                .build();
    }

    static VmaEntry vma(long start, long end, int status, long shmid) {
        return VmaEntry.newBuilder()
                .setStart(start)
                .setEnd(end)
                .setPgoff(0)
                .setShmid(shmid)
                .setProt(3)
                .setFlags(2)
                .setStatus(status)
                .setFd(-1)
                .build();
    }

    static FdinfoEntry descriptor(int fd, int id) {
        return FdinfoEntry.newBuilder()
                .setFd(fd)
                .setId(id)
                .setFlags(0)
                .setType(FdTypes.REG)
                .build();
    }

    static FileEntry file(int id, String name) {
        RegFileEntry reg = RegFileEntry.newBuilder()
                .setId(id)
                .setFlags(0x8002)
                .setPos(0)
                .setFown(NO_OWNER)
                .setName(name)
                .build();
        return FileEntry.newBuilder().setType(FdTypes.REG).setId(id).setReg(reg).build();
    }

    private static FileEntry pipe() {
        PipeEntry pipe = PipeEntry.newBuilder()
                .setId(3)
                .setPipeId(99)
                .setFlags(1)
                .setFown(NO_OWNER)
                .build();
        return FileEntry.newBuilder()
                .setType(FdTypes.PIPE)
                .setId(3)
                .setPipe(pipe)
                .build();
    }

    /** A run of pages in a pagemap. */
    static PagemapEntry run(long vaddr, int pages, int flags) {
        return PagemapEntry.newBuilder()
                .setVaddr(vaddr)
                .setCompatNrPages(pages)
                .setNrPages(pages)
                .setFlags(flags)
                .build();
    }

    /** What is found in a directory, as {@code file: problem}, without the directory. */
    static List<String> findings(Path directory) throws IOException {
        return DirectoryVerifier.verify(directory).stream()
                .map(finding -> finding.file().getFileName() + ": " + finding.problem())
                .toList();
    }
}
