package io.godwit.source.collect;

import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.FownEntry;
import io.godwit.image.proto.MemfdFileEntry;
import io.godwit.image.proto.MemfdInodeEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.FileStatus;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** memfd_create(2): one inode entry for each object, one file entry for each time it is open. */
final class MemfdCollector implements FileCollector {
    private static final String PREFIX = "/memfd:";

    private final SharedMemory sharedMemory;
    private final Map<Long, MemfdInodeEntry> inodes = new LinkedHashMap<>();

    MemfdCollector(SharedMemory sharedMemory) {
        this.sharedMemory = sharedMemory;
    }

    @Override
    public boolean accepts(OpenFile file) {
        return file.link().startsWith(PREFIX);
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        int inode = inode(file.path(), file.status(), file.duplicate(), file.proc());
        fill(entry, inode, file.flags(), file.info().position(), file.owner());
    }

    void fill(FileEntry.Builder entry, int inode, int flags, long position, FownEntry owner) {
        entry.setType(FdTypes.MEMFD)
                .setMemfd(MemfdFileEntry.newBuilder()
                        .setId(entry.getId())
                        .setFlags(flags)
                        .setPos(position)
                        .setFown(owner)
                        .setInodeId(inode));
    }

    /**
     * Remembers an object.
     *
     * @param path a path under /proc through which it can be opened
     * @return the id of its inode entry
     */
    int inode(String name, FileStatus status, Fd fd, String path) throws IOException {
        MemfdInodeEntry known = inodes.get(status.inode());
        if (known != null) {
            return (int) known.getInodeId();
        }
        int id = inodes.size() + 1;
        int shmid = sharedMemory.memfd(status.inode(), status.size(), path);
        inodes.put(
                status.inode(),
                MemfdInodeEntry.newBuilder()
                        .setName(name.substring(PREFIX.length()))
                        .setUid(status.uid())
                        .setGid(status.gid())
                        .setSize(status.size())
                        .setShmid(shmid)
                        .setSeals((int) Descriptors.fcntl(fd, Descriptors.F_GET_SEALS, 0))
                        .setInodeId(id)
                        .setMode(status.mode())
                        .build());
        return id;
    }

    Iterable<MemfdInodeEntry> inodes() {
        return inodes.values();
    }

    boolean isEmpty() {
        return inodes.isEmpty();
    }
}
