package io.godwit.target.plan;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.Images;
import io.godwit.image.proto.CoreEntry;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FileLockEntry;
import io.godwit.image.proto.FsEntry;
import io.godwit.image.proto.InventoryEntry;
import io.godwit.image.proto.MemfdInodeEntry;
import io.godwit.image.proto.MmEntry;
import io.godwit.image.proto.PipeDataEntry;
import io.godwit.image.proto.PstreeEntry;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.image.proto.SkPacketEntry;
import io.godwit.image.proto.TtyDataEntry;
import io.godwit.image.proto.TtyInfoEntry;
import io.godwit.image.tree.FileImages;
import io.godwit.image.tree.TreeImages;
import io.godwit.linux.SideThread;
import io.godwit.linux.SideWork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads the images of a tree into a {@link Snapshot}. */
public final class SnapshotReader {
    /** The older one has no magic number before that of each kind. */
    private static final Set<Integer> SUPPORTED_VERSIONS = Set.of(1, 2);

    private final Images images;
    private final TreeImages tree;

    private SnapshotReader(Images images) {
        this.images = images;
        this.tree = new TreeImages(images);
    }

    /**
     * Reads all but the memory contents.
     *
     * @throws IOException if an image is missing, cut off or of another version; the message names it
     */
    public static Snapshot read(Images images) throws IOException {
        SnapshotReader reader = new SnapshotReader(images);
        return reader.read(reader.beginTasks());
    }

    /** The same with another thread, which reads what belongs to tasks too. */
    public static Snapshot read(Images images, SideThread other) throws IOException {
        SnapshotReader reader = new SnapshotReader(images);
        TaskReading tasks = reader.beginTasks();
        SideWork<Void> help = other.begin(tasks::help);
        try {
            return reader.read(tasks);
        } finally {
            help.abandon();
        }
    }

    /**
     * Reads the shape of a tree that still runs: tasks, mappings and the files behind them, nothing else.
     *
     * @throws IOException as for {@link #read}
     */
    public static Snapshot readShape(Images images) throws IOException {
        SnapshotReader reader = new SnapshotReader(images);
        List<TaskSnapshot> tasks = new ArrayList<>();
        for (PstreeEntry entry : reader.tree.processes()) {
            int pid = entry.getPid();
            tasks.add(new TaskSnapshot(
                    entry,
                    Map.of(pid, reader.one(ImageKind.CORE, pid, CoreEntry.parser())),
                    reader.one(ImageKind.MM, pid, MmEntry.parser()),
                    FsEntry.getDefaultInstance(),
                    List.of()));
        }
        reader.requireTasks(tasks);
        var files = inOrder(FileImages.files(images));
        return new Snapshot(
                images,
                List.copyOf(tasks),
                files,
                Map.of(),
                Map.of(),
                List.of(),
                reader.memfds(),
                List.of(),
                terminals(images),
                Map.of());
    }

    /** Whether the images hold all that is needed to restore, not only the shape of a tree. */
    public static boolean isComplete(Images images) throws IOException {
        return new SnapshotReader(images).version() != 0;
    }

    private TaskReading beginTasks() throws IOException {
        checkInventory();
        return new TaskReading(tree);
    }

    private Snapshot read(TaskReading reading) throws IOException {
        List<TaskSnapshot> tasks = reading.tasks();
        requireTasks(tasks);
        return new Snapshot(
                images,
                List.copyOf(tasks),
                inOrder(FileImages.files(images)),
                byKey(FileImages.remaps(images), RemapFilePathEntry::getOrigId),
                byKey(pipes(), Snapshot.PipeContent::pipeId),
                packets(),
                memfds(),
                ImageReader.allOf(images, ImageKind.FILE_LOCKS, FileLockEntry.parser()),
                terminals(images),
                terminalData(images));
    }

    private Map<Long, MemfdInodeEntry> memfds() throws IOException {
        return byKey(
                ImageReader.allOf(images, ImageKind.MEMFD_INODE, MemfdInodeEntry.parser()),
                MemfdInodeEntry::getInodeId);
    }

    private void checkInventory() throws IOException {
        Path inventory = images.directory().resolve(ImageKind.INVENTORY.fileName());
        if (!ImageReader.exists(images, ImageKind.INVENTORY)) {
            throw new RestoreException(inventory + " does not exist; is " + images.directory()
                    + " a directory that a dump was written to?");
        }
        InventoryEntry entry = ImageReader.open(images, ImageKind.INVENTORY).one(InventoryEntry.parser());
        int version = entry.getImgVersion();
        if (!SUPPORTED_VERSIONS.contains(version)) {
            throw new RestoreException(inventory + " is of image version " + Integer.toUnsignedString(version)
                    + ", and Godwit reads 1 and 2"
                    + (version == 0
                            ? "; this is a pre-dump, which holds memory only: restore the dump that follows it"
                            : ""));
        }
        if (!entry.getFdinfoPerId()) {
            throw new RestoreException(inventory
                    + " does not say that descriptor tables have ids of their own, as all versions that CRIU itself still"
                    + " reads do; dump the tree again with a newer version");
        }
    }

    private int version() throws IOException {
        return ImageReader.open(images, ImageKind.INVENTORY)
                .one(InventoryEntry.parser())
                .getImgVersion();
    }

    private void requireTasks(List<TaskSnapshot> tasks) throws RestoreException {
        if (tasks.isEmpty()) {
            throw new RestoreException(images.directory().resolve(ImageKind.PSTREE.fileName())
                    + " lists no task; there is nothing to restore");
        }
    }

    private List<Snapshot.PipeContent> pipes() throws IOException {
        if (!ImageReader.exists(images, ImageKind.PIPES_DATA)) {
            return List.of();
        }
        List<Snapshot.PipeContent> pipes = new ArrayList<>();
        ImageReader reader = ImageReader.open(images, ImageKind.PIPES_DATA);
        for (var entry : reader.readAllWithExtra(PipeDataEntry.parser(), PipeDataEntry::getBytes)) {
            PipeDataEntry pipe = entry.message();
            pipes.add(new Snapshot.PipeContent(pipe.getPipeId(), pipe.getSize(), entry.extra()));
        }
        return pipes;
    }

    private List<Snapshot.QueuedPacket> packets() throws IOException {
        if (!ImageReader.exists(images, ImageKind.SK_QUEUES)) {
            return List.of();
        }
        List<Snapshot.QueuedPacket> packets = new ArrayList<>();
        ImageReader reader = ImageReader.open(images, ImageKind.SK_QUEUES);
        for (var entry : reader.readAllWithExtra(SkPacketEntry.parser(), SkPacketEntry::getLength)) {
            List<Integer> rights = entry.message().getScmList().stream()
                    .flatMap(scm -> scm.getRightsList().stream())
                    .toList();
            packets.add(new Snapshot.QueuedPacket(entry.message().getIdFor(), entry.extra(), rights));
        }
        return List.copyOf(packets);
    }

    private <T extends Message> T one(ImageKind kind, long id, Parser<T> parser) throws IOException {
        return ImageReader.open(images, kind, id).one(parser);
    }

    private static Map<Integer, TtyInfoEntry> terminals(Images images) throws IOException {
        return byKey(ImageReader.allOf(images, ImageKind.TTY_INFO, TtyInfoEntry.parser()), TtyInfoEntry::getId);
    }

    private static Map<Integer, byte[]> terminalData(Images images) throws IOException {
        Map<Integer, byte[]> data = new TreeMap<>();
        for (TtyDataEntry entry : ImageReader.allOf(images, ImageKind.TTY_DATA, TtyDataEntry.parser())) {
            data.merge(entry.getTtyId(), entry.getData().toByteArray(), SnapshotReader::joined);
        }
        return data;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Of connections that wait to be accepted the order matters. */
    private static Map<Integer, FileEntry> inOrder(List<FileEntry> files) {
        Map<Integer, FileEntry> map = new LinkedHashMap<>();
        files.forEach(file -> map.put(file.getId(), file));
        return map;
    }

    private static <K extends Comparable<K>, V> Map<K, V> byKey(List<V> values, Function<V, K> key) {
        Map<K, V> map = new TreeMap<>();
        values.forEach(value -> map.put(key.apply(value), value));
        return map;
    }
}
