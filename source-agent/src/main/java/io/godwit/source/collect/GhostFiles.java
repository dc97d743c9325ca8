package io.godwit.source.collect;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageEncoder.Entry;
import io.godwit.image.ImageKind;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.image.proto.GhostFileEntry;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.image.proto.RemapType;
import io.godwit.image.proto.Timeval;
import io.godwit.linux.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Ghost files: open, but with no name any more. Their contents travel along. */
final class GhostFiles {
    /** Contents are held in memory while the tree stands still, so they are bounded. */
    static final long MAX_BYTES = 16L << 20;

    private record Inode(long device, long inode) {}

    private record Ghost(int id, FileStatus status, String contents) {}

    private final Map<Inode, Ghost> ghosts = new HashMap<>();
    private final List<RemapFilePathEntry> remaps = new ArrayList<>();

    /**
     * Notes that a file entry stands for a ghost.
     *
     * @param contents a path under /proc through which the file can be read
     */
    void remember(int fileId, String path, FileStatus status, String contents) throws CannotMoveException {
        if (status.isRegular() && status.size() > MAX_BYTES) {
            throw new CannotMoveException(
                    path,
                    "the file was deleted and is open, and with " + status.size()
                            + " bytes too large to be carried along",
                    "the limit is " + MAX_BYTES + " bytes");
        }
        Inode inode = new Inode(status.device(), status.inode());
        Ghost ghost = ghosts.computeIfAbsent(inode, key -> new Ghost(ghosts.size() + 1, status, contents));
        remaps.add(RemapFilePathEntry.newBuilder()
                .setOrigId(fileId)
                .setRemapId(ghost.id())
                .setRemapType(RemapType.GHOST)
                .build());
    }

    void write(SnapshotSink sink) throws IOException {
        if (remaps.isEmpty()) {
            return;
        }
        sink.image(ImageKind.REMAP_FPATH.fileName(), ImageEncoder.encode(ImageKind.REMAP_FPATH, remaps));
        for (Ghost ghost : ghosts.values()) {
            FileStatus status = ghost.status();
            GhostFileEntry entry = GhostFileEntry.newBuilder()
                    .setUid(status.uid())
                    .setGid(status.gid())
                    .setMode(status.mode())
                    .setDev((int) FileStatus.kernelDevice(status.device()))
                    .setIno(status.inode())
                    .setAtim(time(status.accessSeconds(), status.accessNanos()))
                    .setMtim(time(status.modifySeconds(), status.modifyNanos()))
                    .build();
            byte[] contents = status.isRegular() ? Files.readAllBytes(Path.of(ghost.contents())) : new byte[0];
            sink.image(
                    ImageKind.GHOST_FILE.fileName(ghost.id()),
                    ImageEncoder.encodeEntries(ImageKind.GHOST_FILE, List.of(new Entry(entry, contents))));
        }
    }

    private static Timeval time(long seconds, long nanos) {
        return Timeval.newBuilder().setTvSec(seconds).setTvUsec(nanos / 1000).build();
    }
}
