package io.godwit.source.collect;

import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.image.proto.RemapType;
import io.godwit.linux.Errno;
import io.godwit.linux.FileStatus;
import io.godwit.linux.Kernel;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.Syscall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files that are open by a name that was removed, and have other names. Which, only a search through the file system would tell, so
 * each gets a new name beside its old one, which the restore removes.
 */
final class LinkRemaps {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_FOLLOW = 0x400;

    private final boolean allowed;
    private final boolean link;
    private final Map<Long, Link> links = new LinkedHashMap<>();

    private record Link(String path, FileStatus status, List<Integer> files) {}

    /**
     * No links yet.
     *
     * @param allowed new names may be given
     * @param link they are given now, else it is only looked at what there is
     */
    LinkRemaps(boolean allowed, boolean link) {
        this.allowed = allowed;
        this.link = link;
    }

    /**
     * Notes that a file entry stands for such a file.
     *
     * @param name the removed name
     * @param open a path under /proc through which the file can be reached
     * @param subject the file in words, for an error
     */
    void remember(int fileId, String name, FileStatus status, String open, String subject) throws IOException {
        if (!allowed) {
            throw new CannotMoveException(
                    subject,
                    "its name was removed but the file has other names",
                    "give it its name back with ln, or close it; a dump has --link-remap for trees without a mount namespace of"
                            + " their own");
        }
        Link known = links.get(status.inode());
        if (known == null) {
            String path = name.substring(0, name.lastIndexOf('/') + 1) + "link_remap." + fileId;
            known = new Link(path, status, new ArrayList<>());
            if (link) {
                make(open, path);
            }
            links.put(status.inode(), known);
        }
        known.files().add(fileId);
    }

    private static void make(String open, String path) throws IOException {
        NativeMemory from = NativeMemory.string(open);
        NativeMemory to = NativeMemory.string(path);
        long result = from.during(to.during(
                Kernel.syscall(Syscall.LINKAT, AT_FDCWD, from.address(), AT_FDCWD, to.address(), AT_SYMLINK_FOLLOW)));
        String advice = result == -Errno.EEXIST.value()
                ? "it may be left from an earlier dump whose images are still to be restored"
                : "the file needs a name there until it is restored";
        Kernel.check(result, "link", path, advice);
    }

    /** The entries of the new names, which get ids from this one on. */
    List<FileEntry> entries(int firstId) {
        List<FileEntry> entries = new ArrayList<>();
        for (Link each : links.values()) {
            int id = firstId + entries.size();
            entries.add(FileEntry.newBuilder()
                    .setId(id)
                    .setType(FdTypes.REG)
                    .setReg(RegularFileCollector.entry(id, each.path(), 0, 0, each.status()))
                    .build());
        }
        return entries;
    }

    /** Which file entry is to be opened by which of these, given the same first id. */
    List<RemapFilePathEntry> remaps(int firstId) {
        List<RemapFilePathEntry> remaps = new ArrayList<>();
        int id = firstId;
        for (Link each : links.values()) {
            for (int file : each.files()) {
                remaps.add(RemapFilePathEntry.newBuilder()
                        .setOrigId(file)
                        .setRemapId(id)
                        .setRemapType(RemapType.LINKED)
                        .build());
            }
            id++;
        }
        return remaps;
    }

    /** Removes the names again. */
    void undo() {
        for (Link each : links.values()) {
            if (link) {
                NativeMemory path = NativeMemory.string(each.path());
                path.during(Kernel.syscall(Syscall.UNLINK, path.address()));
            }
        }
        links.clear();
    }
}
