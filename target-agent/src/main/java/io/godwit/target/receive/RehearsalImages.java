package io.godwit.target.receive;

import com.google.protobuf.Message;
import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageKind;
import io.godwit.image.pages.DirectorySnapshot;
import io.godwit.image.pages.HolePuncher;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.image.proto.FdinfoEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.Lsmtype;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.TaskKobjIdsEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Images of a made-up tree that does nothing but wait: two processes, one of them with two threads, descriptors of most kinds, and many
 * small mappings, so that its restore goes through most of what a real one does. There may be more of both, to see what each takes.
 */
public final class RehearsalImages {
    /** How many pids the tree takes at most, from the root's on. */
    public static final int PIDS = 24;
    /** What is in the pipe behind descriptors 1 and 2. */
    public static final String PIPE_CONTENT = "rehearsal";
    /** The counter of the eventfd behind descriptor 3. */
    public static final long COUNTER = 42;

    private static final int COMPLETE = 2;

    private final int pid;
    private final int threads;
    private final int children;
    private final RehearsalProcess process = new RehearsalProcess();
    private final RehearsalCore root = new RehearsalCore("rehearsal");
    private final RehearsalCore child = new RehearsalCore("child");

    /** Images of a tree whose root has this pid; its second thread and its child have the next numbers. */
    public RehearsalImages(int pid) {
        this(pid, 0, 0);
    }

    /**
     * Images of a tree that has more.
     *
     * @param pid of the root; its other threads have the next numbers, then come its children
     * @param moreThreads besides the root's second one
     * @param moreChildren besides the first, with no descriptors but one
     */
    RehearsalImages(int pid, int moreThreads, int moreChildren) {
        this.pid = pid;
        this.threads = 1 + moreThreads;
        this.children = 1 + moreChildren;
    }

    /** The pids of the processes. */
    List<Integer> processes() {
        return IntStream.concat(IntStream.of(pid), childPids()).boxed().toList();
    }

    private int[] threadIds() {
        return IntStream.rangeClosed(pid + 1, pid + threads).toArray();
    }

    private IntStream childPids() {
        return IntStream.rangeClosed(pid + threads + 1, pid + threads + children);
    }

    /** Writes all images into a directory that exists. */
    public void write(Path directory) throws IOException {
        try (DirectorySnapshot snapshot = DirectorySnapshot.create(directory, Optional.empty(), HolePuncher.NONE)) {
            write(snapshot);
        }
    }

    /** Writes all images and the memory, here or to another host, and ends the snapshot. */
    public void write(SnapshotSink snapshot) throws IOException {
        writeImages(snapshot, true);
        writePages(snapshot);
        snapshot.finish();
    }

    /**
     * Writes all images.
     *
     * @param complete they are to be restored from; otherwise they tell the shape of a tree that runs
     */
    void writeImages(SnapshotSink snapshot, boolean complete) throws IOException {
        image(snapshot, ImageKind.INVENTORY.fileName(), ImageKind.INVENTORY, inventory(complete ? COMPLETE : 0));
        List<PstreeEntry> tree = new ArrayList<>(List.of(task(pid, 0, threadIds())));
        childPids().forEach(each -> tree.add(task(each, pid)));
        snapshot.image(ImageKind.PSTREE.fileName(), ImageEncoder.encode(ImageKind.PSTREE, tree));
        for (int tid : threadIds()) {
            image(snapshot, ImageKind.CORE.fileName(tid), ImageKind.CORE, root.thread("second", tid - pid));
        }
        for (int each : processes()) {
            process(snapshot, each == pid ? root : child, each);
        }
        List<FileEntry> files = new ArrayList<>(RehearsalFiles.files());
        files.addAll(RehearsalSockets.files(pid));
        snapshot.image(ImageKind.FILES.fileName(), ImageEncoder.encode(ImageKind.FILES, files));
        snapshot.image(ImageKind.SK_QUEUES.fileName(), RehearsalSockets.queues());
        snapshot.image(ImageKind.PIPES_DATA.fileName(), RehearsalFiles.pipeData());
    }

    /** Writes the memory of all processes. */
    void writePages(SnapshotSink snapshot) throws IOException {
        for (int each : processes()) {
            pages(snapshot, each);
        }
    }

    private void pages(SnapshotSink snapshot, int pid) throws IOException {
        try (PageSink pages = snapshot.pages(new PagemapId(PagemapId.Kind.TASK, pid))) {
            process.writePages(pages);
        }
    }

    private void process(SnapshotSink snapshot, RehearsalCore core, int pid) throws IOException {
        image(snapshot, ImageKind.IDS.fileName(pid), ImageKind.IDS, ids(pid));
        image(snapshot, ImageKind.CORE.fileName(pid), ImageKind.CORE, core.leader());
        image(snapshot, ImageKind.MM.fileName(pid), ImageKind.MM, process.memory(RehearsalFiles.EXECUTABLE));
        image(snapshot, ImageKind.FS.fileName(pid), ImageKind.FS, directories());
        snapshot.image(ImageKind.FDINFO.fileName(pid), ImageEncoder.encode(ImageKind.FDINFO, descriptors(pid)));
    }

    private List<FdinfoEntry> descriptors(int process) {
        List<FdinfoEntry> all = RehearsalFiles.descriptors();
        return process > pid + threads + 1 ? all.subList(0, 1) : all;
    }

    private static void image(SnapshotSink snapshot, String name, ImageKind kind, Message only) throws IOException {
        snapshot.image(name, ImageEncoder.encode(kind, List.of(only)));
    }

    private static InventoryEntry inventory(int version) {
        return InventoryEntry.newBuilder()
                .setImgVersion(version)
                .setFdinfoPerId(true)
                .setNsPerId(true)
                .setLsmtype(Lsmtype.NO_LSM)
                .build();
    }

    private PstreeEntry task(int task, int parent, int... otherThreads) {
        PstreeEntry.Builder entry = PstreeEntry.newBuilder()
                .setPid(task)
                .setPpid(parent)
                .setPgid(pid)
                .setSid(pid)
                .addThreads(task);
        for (int thread : otherThreads) {
            entry.addThreads(thread);
        }
        return entry.build();
    }

    private static TaskKobjIdsEntry ids(int pid) {
        return TaskKobjIdsEntry.newBuilder()
                .setVmId(pid)
                .setFilesId(pid)
                .setFsId(pid)
                .setSighandId(pid)
                .build();
    }

    private static FsEntry directories() {
        return FsEntry.newBuilder()
                .setCwdId(RehearsalFiles.ROOT)
                .setRootId(RehearsalFiles.ROOT)
                .setUmask(022)
                .build();
    }
}
