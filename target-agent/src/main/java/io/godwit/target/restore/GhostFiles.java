package io.godwit.target.restore;

import io.godwit.image.ImageKind;
import io.godwit.image.ImageReader;
import io.godwit.image.proto.GhostChunkEntry;
import io.godwit.image.proto.GhostFileEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Files that had been deleted while they were open. Each is written again under a name beside its old one, opened as often as it
 * had been, and deleted again.
 */
final class GhostFiles {
    private static final int AT_FDCWD = -100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;
    private static final int FIFO = 0010000;
    private static final int PERMISSIONS = 07777;

    private final Snapshot snapshot;
    private final FileTable table;
    private final Map<Integer, String> paths = new HashMap<>();
    private final Map<String, Integer> modes = new HashMap<>();
    /** Made for ghosts alone, the innermost first. */
    private final Deque<Path> directories = new ArrayDeque<>();

    GhostFiles(Snapshot snapshot, FileTable table) {
        this.snapshot = snapshot;
        this.table = table;
        table.onFailure(this::unlinkQuietly);
    }

    /** Makes the ghost if it is not there yet, and gives the path to open it by. */
    String recreate(String name, int ghostId) throws IOException {
        String known = paths.get(ghostId);
        if (known != null) {
            return known;
        }
        if (table.root().isOwn()) {
            makeDirectories(Path.of(name).getParent());
        }
        String path = table.root().place(name) + ".cr." + Integer.toHexString(ghostId) + ".ghost";
        ImageReader reader = ImageReader.open(snapshot.images(), ImageKind.GHOST_FILE, ghostId);
        GhostFileEntry entry = reader.next(GhostFileEntry.parser());
        create(path, entry);
        paths.put(ghostId, path);
        modes.put(path, entry.getMode());
        if ((entry.getMode() & TYPE_MASK) == REGULAR) {
            fill(path, entry, reader);
        }
        own(path, entry);
        return path;
    }

    /** Deletes all ghosts again. */
    void unlink() throws LinuxException {
        for (String path : paths.values()) {
            Kernel.check(remove(path), "unlink", path);
        }
        paths.clear();
        removeDirectories();
    }

    private void unlinkQuietly() {
        paths.values().forEach(this::remove);
        paths.clear();
        removeDirectories();
    }

    /** The directory of a deleted file may have been deleted after it. */
    private void makeDirectories(Path directory) throws IOException {
        if (directory == null || Files.isDirectory(directory)) {
            return;
        }
        makeDirectories(directory.getParent());
        Files.createDirectory(directory);
        directories.push(directory);
    }

    private void removeDirectories() {
        while (!directories.isEmpty()) {
            try {
                Files.delete(directories.pop());
            } catch (IOException inUse) {
                // somebody put something into it, so it is theirs now
                continue;
            }
        }
    }

    private long remove(String path) {
        boolean directory = (modes.get(path) & TYPE_MASK) == DIRECTORY;
        NativeMemory name = NativeMemory.string(path);
        long result = Kernel.syscall(Syscall.UNLINKAT, AT_FDCWD, name.address(), directory ? AT_REMOVEDIR : 0);
        Reference.reachabilityFence(name);
        return result;
    }

    private static void create(String path, GhostFileEntry entry) throws IOException {
        NativeMemory name = NativeMemory.string(path);
        int type = entry.getMode() & TYPE_MASK;
        long result;
        if (type == DIRECTORY) {
            result = Kernel.syscall(Syscall.MKDIR, name.address(), entry.getMode() & PERMISSIONS);
        } else if (type == REGULAR || type == FIFO) {
            result = Kernel.syscall(Syscall.MKNOD, name.address(), entry.getMode(), 0);
        } else {
            throw new RestoreException(path + " is a deleted file of a kind that can not be restored yet (mode "
                    + Integer.toOctalString(entry.getMode()) + ")");
        }
        Reference.reachabilityFence(name);
        Kernel.check(result, "create", path, "the directory of the deleted file must exist on this host");
    }

    private static void own(String path, GhostFileEntry entry) throws LinuxException {
        NativeMemory name = NativeMemory.string(path);
        Kernel.check(Kernel.syscall(Syscall.CHOWN, name.address(), entry.getUid(), entry.getGid()), "chown", path);
        Kernel.check(Kernel.syscall(Syscall.CHMOD, name.address(), entry.getMode() & PERMISSIONS), "chmod", path);
        Reference.reachabilityFence(name);
    }

    private static void fill(String path, GhostFileEntry entry, ImageReader reader) throws IOException {
        try (Fd fd = Descriptors.open(path, Descriptors.O_WRONLY, 0)) {
            if (entry.getChunks()) {
                for (var chunk : reader.readAllWithExtra(GhostChunkEntry.parser(), GhostChunkEntry::getLen)) {
                    write(fd, chunk.extra(), chunk.message().getOff());
                }
            } else {
                write(fd, reader.rest(), 0);
            }
            if (entry.hasSize()) {
                Descriptors.truncate(fd, entry.getSize());
            }
        }
    }

    private static void write(Fd fd, byte[] content, long at) throws LinuxException {
        ByteBuffer direct = ByteBuffer.allocateDirect(content.length).put(0, content);
        Descriptors.pwriteFully(fd, NativeMemory.addressOf(direct), content.length, at);
        Reference.reachabilityFence(direct);
    }
}
