package io.godwit.source.collect;

import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageEncoder.Entry;
import io.godwit.image.ImageKind;
import io.godwit.image.pages.SnapshotSink;
import io.godwit.image.proto.GhostChunkEntry;
import io.godwit.image.proto.GhostFileEntry;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.image.proto.RemapType;
import io.godwit.image.proto.Timeval;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.FileStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Ghost files: open, but with no name any more. Their contents travel along. */
final class GhostFiles {
    /** Below this a file is written as it is, holes and all. */
    private static final long MIN_SPARSE_BYTES = 12288;

    private final long limitBytes;

    private record Inode(long device, long inode) {}

    private record Ghost(int id, FileStatus status, String contents) {}

    private final Map<Inode, Ghost> ghosts = new HashMap<>();
    private final List<RemapFilePathEntry> remaps = new ArrayList<>();

    /** @param limitBytes how much data of a file may be carried along; contents are in memory while the tree stands still */
    GhostFiles(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /**
     * Notes that a file entry stands for a ghost.
     *
     * @param contents a path under /proc through which the file can be read
     */
    void remember(int fileId, String path, FileStatus status, String contents) throws IOException {
        if (status.isRegular() && status.size() > limitBytes) {
            requireSmall(path, contents);
        }
        Inode inode = new Inode(status.device(), status.inode());
        Ghost ghost = ghosts.computeIfAbsent(inode, key -> new Ghost(ghosts.size() + 1, status, contents));
        remaps.add(RemapFilePathEntry.newBuilder()
                .setOrigId(fileId)
                .setRemapId(ghost.id())
                .setRemapType(RemapType.GHOST)
                .build());
    }

    /** Which file entry is which ghost. */
    List<RemapFilePathEntry> remaps() {
        return remaps;
    }

    void write(SnapshotSink sink) throws IOException {
        for (Ghost ghost : ghosts.values()) {
            FileStatus status = ghost.status();
            GhostFileEntry.Builder entry = GhostFileEntry.newBuilder()
                    .setUid(status.uid())
                    .setGid(status.gid())
                    .setMode(status.mode())
                    .setDev((int) FileStatus.kernelDevice(status.device()))
                    .setIno(status.inode())
                    .setAtim(time(status.accessSeconds(), status.accessNanos()))
                    .setMtim(time(status.modifySeconds(), status.modifyNanos()));
            sink.image(
                    ImageKind.GHOST_FILE.fileName(ghost.id()),
                    ImageEncoder.encodeEntries(ImageKind.GHOST_FILE, entries(entry, ghost)));
        }
    }

    private void requireSmall(String path, String contents) throws IOException {
        try (Fd file = Descriptors.open(contents, Descriptors.O_RDONLY, 0)) {
            long bytes = DataRuns.bytes(DataRuns.of(file, path));
            if (bytes > limitBytes) {
                throw new CannotMoveException(
                        path,
                        "the file was deleted and is open, and with " + bytes
                                + " bytes of data too large to be carried along",
                        "the limit is " + limitBytes + " bytes; a dump has --ghost-limit");
            }
        }
    }

    private static List<Entry> entries(GhostFileEntry.Builder entry, Ghost ghost) throws IOException {
        FileStatus status = ghost.status();
        if (!status.isRegular()) {
            return List.of(new Entry(entry.build(), new byte[0]));
        }
        try (Fd file = Descriptors.open(ghost.contents(), Descriptors.O_RDONLY, 0)) {
            List<DataRuns.Run> runs = DataRuns.of(file, ghost.contents());
            boolean whole = status.size() < MIN_SPARSE_BYTES || DataRuns.bytes(runs) >= status.size();
            if (whole) {
                DataRuns.Run all = new DataRuns.Run(0, status.size());
                return List.of(new Entry(entry.build(), DataRuns.read(file, all, ghost.contents())));
            }
            List<Entry> entries = new ArrayList<>();
            entries.add(new Entry(entry.setChunks(true).setSize(status.size()).build(), new byte[0]));
            for (DataRuns.Run run : runs) {
                GhostChunkEntry chunk = GhostChunkEntry.newBuilder()
                        .setLen(run.bytes())
                        .setOff(run.offset())
                        .build();
                entries.add(new Entry(chunk, DataRuns.read(file, run, ghost.contents())));
            }
            return entries;
        }
    }

    private static Timeval time(long seconds, long nanos) {
        return Timeval.newBuilder().setTvSec(seconds).setTvUsec(nanos / 1000).build();
    }
}
