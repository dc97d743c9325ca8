package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.RegFileEntry;
import io.godwit.image.proto.RemapFilePathEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import io.godwit.linux.FileStatus;
import io.godwit.linux.LinuxException;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.util.Set;

/** Opens files by path: regular ones, directories and devices. */
final class RegularFileRestorer implements KindRestorer {
    private final FileValidator validator;

    RegularFileRestorer(FileValidator validator) {
        this.validator = validator;
    }

    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        GhostFiles ghosts = new GhostFiles(snapshot, table);
        LinkedFiles links = new LinkedFiles(table);
        Set<Integer> paths = TerminalRestorer.paths(snapshot);
        for (FileEntry file : snapshot.files().values()) {
            if (!file.hasReg() || table.has(file.getId()) || paths.contains(file.getId())) {
                continue;
            }
            RegFileEntry entry = file.getReg();
            if (entry.getExt()) {
                throw new RestoreException(entry.getName()
                        + " stayed outside when the tree was dumped; pass a descriptor for it with --inherit-fd fd[N]:"
                        + entry.getName());
            }
            RemapFilePathEntry remap = snapshot.remaps().get(file.getId());
            String path = remap == null ? entry.getName() : standIn(snapshot, remap, entry, ghosts, links);
            table.put(file.getId(), open(table, path, entry, remap == null));
        }
        ghosts.unlink();
        links.unlink();
    }

    private static String standIn(
            Snapshot snapshot, RemapFilePathEntry remap, RegFileEntry entry, GhostFiles ghosts, LinkedFiles links)
            throws IOException {
        return switch (remap.getRemapType()) {
            case GHOST -> ghosts.recreate(entry.getName(), remap.getRemapId());
            case LINKED ->
                links.named(snapshot.files().get(remap.getRemapId()).getReg().getName(), entry.getName());
            case PROCFS ->
                throw new RestoreException(
                        entry.getName() + " belongs to a process that has ended; such a file can not be restored yet");
        };
    }

    private Fd open(FileTable table, String path, RegFileEntry entry, boolean check) throws IOException {
        Fd fd;
        try {
            int flags = FileFlags.opening(entry.getFlags());
            fd = check ? table.root().open(path, flags, 0) : Descriptors.open(path, flags, 0);
        } catch (LinuxException e) {
            String advice = e.errno() == Errno.EACCES
                    ? "give this user rights to it, or this command CAP_DAC_OVERRIDE"
                    : FileValidator.ADVICE;
            throw new RestoreException("cannot open " + path + ": " + e.errno().text() + "; " + advice, e);
        }
        try {
            if ((entry.getFlags() & Descriptors.O_PATH) == 0) {
                FileStatus status = Descriptors.status(fd);
                if (check) {
                    validator.check(entry, fd, status);
                }
                position(fd, entry, status);
            }
            return fd;
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    /** Devices may refuse to seek, and a terminal or /dev/null has no position worth keeping. */
    private static void position(Fd fd, RegFileEntry entry, FileStatus status) throws LinuxException {
        if (entry.getPos() != 0 && (status.isRegular() || status.isDirectory())) {
            Descriptors.seek(fd, entry.getPos());
        }
    }
}
