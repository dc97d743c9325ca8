package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.MemfdFileEntry;
import io.godwit.image.proto.MemfdInodeEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes memfds: one inode each, with its content, and its file objects. Seals come last, when the tasks have mapped it. */
final class MemfdRestorer implements KindRestorer {
    private static final int PERMISSIONS = 07777;

    private final SharedObjects made;
    private final SharedMemoryContent content;
    private final List<Sealing> sealings = new ArrayList<>();

    private record Sealing(Fd inode, int seals) {}

    MemfdRestorer(SharedObjects made, SharedMemoryContent content) {
        this.made = made;
        this.content = content;
    }

    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        Map<Long, Fd> inodes = new HashMap<>();
        for (FileEntry file : snapshot.files().values()) {
            if (!file.hasMemfd() || table.has(file.getId())) {
                continue;
            }
            MemfdFileEntry entry = file.getMemfd();
            long inodeId = Integer.toUnsignedLong(entry.getInodeId());
            Fd inode = inodes.get(inodeId);
            if (inode == null) {
                inode = make(snapshot.memfds().get(inodeId), inodeId);
                inodes.put(inodeId, inode);
            }
            Fd fd = FileFlags.reopen(inode, entry.getFlags());
            Descriptors.seek(fd, entry.getPos());
            table.put(file.getId(), fd);
        }
    }

    /** Adds the seals; nothing can be written or mapped for writing afterwards. */
    void seal() throws IOException {
        for (Sealing sealing : sealings) {
            if (sealing.seals() != 0) {
                Descriptors.fcntl(sealing.inode(), Descriptors.F_ADD_SEALS, sealing.seals());
            }
        }
    }

    private Fd make(MemfdInodeEntry entry, long inodeId) throws IOException {
        if (entry == null) {
            throw new RestoreException("memfd.img does not list inode " + inodeId + "; the image is damaged");
        }
        if (entry.hasHugetlbFlag()) {
            throw new RestoreException("memfd " + entry.getName() + " has huge pages, which can not be restored yet");
        }
        Fd fd = made.memfd(entry.getShmid(), entry.getName(), entry.getSize());
        content.later(entry.getShmid(), entry.getSize());
        Kernel.check(
                Kernel.syscall(Syscall.FCHOWN, fd.number(), entry.getUid(), entry.getGid()),
                "fchown",
                "memfd " + entry.getName());
        if (entry.hasMode()) {
            Kernel.check(
                    Kernel.syscall(Syscall.FCHMOD, fd.number(), entry.getMode() & PERMISSIONS),
                    "fchmod",
                    "memfd " + entry.getName());
        }
        sealings.add(new Sealing(fd, entry.getSeals()));
        return fd;
    }
}
