package io.godwit.target.receive;

import com.google.protobuf.Message;
import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.image.proto.EventfdFileEntry;
import io.godwit.image.proto.EventpollFileEntry;
import io.godwit.image.proto.EventpollTfdEntry;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FownEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.PipeDataEntry;
import io.godwit.image.proto.PipeEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.RegFileEntry;
import io.godwit.image.proto.TaskKobjIdsEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Images of a made-up process that does nothing but wait. It has two threads, a few descriptors and a little memory, so that its
 * restore goes through most of what a real one does.
 */
public final class RehearsalImages {
    /** What is in the pipe behind descriptors 1 and 2. */
    public static final String PIPE_CONTENT = "rehearsal";
    /** The counter of the eventfd behind descriptor 3. */
    public static final long COUNTER = 42;

    private static final int FILES_ID = 1;
    private static final int PIPE_ID = 77;
    private static final int NULL = 1;
    private static final int READER = 2;
    private static final int WRITER = 3;
    private static final int EVENT = 4;
    private static final int EPOLL = 5;
    private static final int ROOT = 6;
    private static final int EXECUTABLE = 7;
    private static final int O_RDWR = 2;
    private static final int O_WRONLY = 1;
    private static final int O_DIRECTORY = 0200000;
    private static final FownEntry NOBODY = FownEntry.newBuilder()
            .setUid(0)
            .setEuid(0)
            .setSignum(0)
            .setPidType(0)
            .setPid(0)
            .build();

    private final int pid;
    private final RehearsalProcess process;

    /** Images of a process with this pid; its second thread has the next number. */
    public RehearsalImages(int pid) throws IOException {
        this.pid = pid;
        this.process = new RehearsalProcess(pid);
    }

    /** Writes all images into a directory that exists. */
    public void write(Path directory) throws IOException {
        try (DirectorySnapshot snapshot = DirectorySnapshot.create(directory, Optional.empty(), HolePuncher.NONE)) {
            write(snapshot);
        }
    }

    /** Writes all images, here or to another host, and ends the snapshot. */
    public void write(SnapshotSink snapshot) throws IOException {
        image(snapshot, ImageKind.INVENTORY.fileName(), ImageKind.INVENTORY, inventory());
        image(snapshot, ImageKind.PSTREE.fileName(), ImageKind.PSTREE, tree());
        image(snapshot, ImageKind.IDS.fileName(pid), ImageKind.IDS, ids());
        image(snapshot, ImageKind.CORE.fileName(pid), ImageKind.CORE, process.leader());
        image(snapshot, ImageKind.CORE.fileName(pid + 1), ImageKind.CORE, process.thread());
        image(snapshot, ImageKind.MM.fileName(pid), ImageKind.MM, process.memory(EXECUTABLE));
        image(snapshot, ImageKind.FS.fileName(pid), ImageKind.FS, directories());
        snapshot.image(ImageKind.FDINFO.fileName(FILES_ID), ImageEncoder.encode(ImageKind.FDINFO, descriptors()));
        snapshot.image(ImageKind.FILES.fileName(), ImageEncoder.encode(ImageKind.FILES, files()));
        snapshot.image(ImageKind.PIPES_DATA.fileName(), pipeData());
        try (PageSink pages = snapshot.pages(new PagemapId(PagemapId.Kind.TASK, pid))) {
            pages.data(RehearsalProcess.CODE, process.code());
            pages.zero(RehearsalProcess.STACK, 1);
        }
        snapshot.finish();
    }

    private static void image(SnapshotSink snapshot, String name, ImageKind kind, Message only) throws IOException {
        snapshot.image(name, ImageEncoder.encode(kind, List.of(only)));
    }

    private static InventoryEntry inventory() {
        return InventoryEntry.newBuilder()
                .setImgVersion(2)
                .setFdinfoPerId(true)
                .setNsPerId(true)
                .build();
    }

    private PstreeEntry tree() {
        return PstreeEntry.newBuilder()
                .setPid(pid)
                .setPpid(0)
                .setPgid(pid)
                .setSid(pid)
                .addThreads(pid)
                .addThreads(pid + 1)
                .build();
    }

    private static TaskKobjIdsEntry ids() {
        return TaskKobjIdsEntry.newBuilder()
                .setVmId(1)
                .setFilesId(FILES_ID)
                .setFsId(1)
                .setSighandId(1)
                .build();
    }

    private static FsEntry directories() {
        return FsEntry.newBuilder().setCwdId(ROOT).setRootId(ROOT).setUmask(022).build();
    }

    private static List<FdinfoEntry> descriptors() {
        return List.of(
                descriptor(0, NULL, FdTypes.REG),
                descriptor(1, READER, FdTypes.PIPE),
                descriptor(2, WRITER, FdTypes.PIPE),
                descriptor(3, EVENT, FdTypes.EVENTFD),
                descriptor(4, EPOLL, FdTypes.EVENTPOLL),
                descriptor(9, NULL, FdTypes.REG));
    }

    private static FdinfoEntry descriptor(int number, int id, FdTypes type) {
        return FdinfoEntry.newBuilder()
                .setFd(number)
                .setId(id)
                .setType(type)
                .setFlags(0)
                .build();
    }

    private static List<FileEntry> files() {
        return List.of(
                regular(NULL, "/dev/null", O_RDWR),
                pipe(READER, 0),
                pipe(WRITER, O_WRONLY),
                FileEntry.newBuilder()
                        .setId(EVENT)
                        .setType(FdTypes.EVENTFD)
                        .setEfd(EventfdFileEntry.newBuilder()
                                .setId(EVENT)
                                .setFlags(O_RDWR)
                                .setFown(NOBODY)
                                .setCounter(COUNTER))
                        .build(),
                FileEntry.newBuilder()
                        .setId(EPOLL)
                        .setType(FdTypes.EVENTPOLL)
                        .setEpfd(EventpollFileEntry.newBuilder()
                                .setId(EPOLL)
                                .setFlags(O_RDWR)
                                .setFown(NOBODY)
                                .addTfd(EventpollTfdEntry.newBuilder()
                                        .setId(EPOLL)
                                        .setTfd(3)
                                        .setEvents(1)
                                        .setData(3)))
                        .build(),
                regular(ROOT, "/", O_DIRECTORY),
                regular(EXECUTABLE, RehearsalProcess.executable(), 0));
    }

    private static FileEntry regular(int id, String path, int flags) {
        return FileEntry.newBuilder()
                .setId(id)
                .setType(FdTypes.REG)
                .setReg(RegFileEntry.newBuilder()
                        .setId(id)
                        .setFlags(flags)
                        .setPos(0)
                        .setFown(NOBODY)
                        .setName(path))
                .build();
    }

    private static FileEntry pipe(int id, int flags) {
        return FileEntry.newBuilder()
                .setId(id)
                .setType(FdTypes.PIPE)
                .setPipe(PipeEntry.newBuilder()
                        .setId(id)
                        .setPipeId(PIPE_ID)
                        .setFlags(flags)
                        .setFown(NOBODY))
                .build();
    }

    private static byte[] pipeData() {
        byte[] content = PIPE_CONTENT.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        PipeDataEntry entry = PipeDataEntry.newBuilder()
                .setPipeId(PIPE_ID)
                .setBytes(content.length)
                .setSize(1 << 16)
                .build();
        return ImageEncoder.encodeEntries(ImageKind.PIPES_DATA, List.of(new ImageEncoder.Entry(entry, content)));
    }
}
