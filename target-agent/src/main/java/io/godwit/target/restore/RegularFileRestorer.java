package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.RegFileEntry;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.FileStatus;
import io.godwit.linux.LinuxException;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;

/** Opens files by path: regular ones, directories and devices. */
final class RegularFileRestorer implements KindRestorer {
    private static final String ADVICE =
            "bring the file to this host at the same path, or let both hosts share the file system";

    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        GhostFiles ghosts = new GhostFiles(snapshot, table);
        for (FileEntry file : snapshot.files().values()) {
            if (!file.hasReg()) {
                continue;
            }
            RegFileEntry entry = file.getReg();
            if (entry.getExt()) {
                throw new RestoreException("file " + entry.getName() + " is external, which is not supported yet");
            }
            RemapFilePathEntry remap = snapshot.remaps().get(file.getId());
            String path = remap == null ? entry.getName() : standIn(snapshot, remap, entry, ghosts);
            table.put(file.getId(), open(path, entry, remap == null));
        }
        ghosts.unlink();
    }

    private static String standIn(Snapshot snapshot, RemapFilePathEntry remap, RegFileEntry entry, GhostFiles ghosts)
            throws IOException {
        return switch (remap.getRemapType()) {
            case GHOST -> ghosts.recreate(entry.getName(), remap.getRemapId());
            case LINKED -> snapshot.files().get(remap.getRemapId()).getReg().getName();
            case PROCFS ->
                throw new RestoreException(
                        entry.getName() + " belongs to a process that has ended; such a file can not be restored yet");
        };
    }

    private static Fd open(String path, RegFileEntry entry, boolean checkSize) throws IOException {
        Fd fd;
        try {
            fd = Descriptors.open(path, FileFlags.opening(entry.getFlags()), 0);
        } catch (LinuxException e) {
            throw new RestoreException("cannot open " + path + ": " + e.errno().text() + "; " + ADVICE, e);
        }
        try {
            if ((entry.getFlags() & Descriptors.O_PATH) == 0) {
                FileStatus status = Descriptors.status(fd);
                if (checkSize) {
                    checkSize(entry, status);
                }
                position(fd, entry, status);
            }
            return fd;
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    private static void checkSize(RegFileEntry entry, FileStatus status) throws RestoreException {
        if (entry.hasSize() && status.isRegular() && status.size() != entry.getSize()) {
            throw new RestoreException(entry.getName() + " has " + status.size() + " bytes here and had "
                    + entry.getSize() + " when it was dumped; " + ADVICE);
        }
    }

    /** Devices may refuse to seek, and a terminal or /dev/null has no position worth keeping. */
    private static void position(Fd fd, RegFileEntry entry, FileStatus status) throws LinuxException {
        if (entry.getPos() != 0 && (status.isRegular() || status.isDirectory())) {
            Descriptors.seek(fd, entry.getPos());
        }
    }
}
