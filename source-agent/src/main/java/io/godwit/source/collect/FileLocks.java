package io.godwit.source.collect;

import io.godwit.image.proto.FileLockEntry;
import io.godwit.linux.proc.FileLock;
import io.godwit.linux.proc.FileLock.Kind;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The file locks that a tree holds, each once, however many descriptors show it. */
final class FileLocks {
    private static final int READ_LOCK = 0;
    private static final int WRITE_LOCK = 1;
    private static final int ACCESS_MODE = 3;
    private static final int READ_WRITE = 2;

    private final boolean allowed;
    private final TreePids pids;
    private final Map<Holding, FileLockEntry> entries = new LinkedHashMap<>();

    /**
     * A lock with its owner.
     *
     * @param owner the process of a POSIX lock; else the file entry
     */
    private record Holding(Kind kind, int owner, long device, long inode, long start) {}

    /**
     * None yet.
     *
     * @param allowed they are carried along; else a tree that has any is refused
     * @param pids the numbers that the owners have in the image
     */
    FileLocks(boolean allowed, TreePids pids) {
        this.allowed = allowed;
        this.pids = pids;
    }

    /**
     * Notes the locks that a descriptor shows: those of its open file description, and those of its process on the same file.
     *
     * @param fileId the entry of the description
     */
    void note(OpenFile file, int fileId) throws IOException {
        for (FileLock lock : file.info().locks()) {
            if (!allowed) {
                throw new CannotMoveException(
                        file.describe(), "it holds a file lock", "release the lock, or give --file-locks");
            }
            if (lock.breaking()) {
                throw new CannotMoveException(
                        file.describe(),
                        "its lease is being broken: another process waits to open the file",
                        "try again a moment later");
            }
            int owner = lock.kind() == Kind.POSIX ? file.pid() : fileId;
            Holding holding = new Holding(
                    lock.kind(), owner, file.status().device(), file.status().inode(), lock.start());
            if (fits(file, lock) || !entries.containsKey(holding)) {
                entries.put(holding, entry(file, lock));
            }
        }
    }

    /** The kernel lets a process lock only what it may do with the descriptor. */
    private static boolean fits(OpenFile file, FileLock lock) {
        int access = file.flags() & ACCESS_MODE;
        return access == READ_WRITE || access == (lock.exclusive() ? 1 : 0);
    }

    private FileLockEntry entry(OpenFile file, FileLock lock) throws IOException {
        return FileLockEntry.newBuilder()
                .setFlag(flag(lock.kind()))
                .setType(lock.exclusive() ? WRITE_LOCK : READ_LOCK)
                .setPid(pids.process(file.pid()))
                .setFd(file.fd())
                .setStart(lock.start())
                .setLen(lock.length())
                .build();
    }

    private static int flag(Kind kind) {
        return switch (kind) {
            case POSIX -> 1;
            case FLOCK -> 2;
            case OFD -> 4;
            case LEASE -> 8;
        };
    }

    List<FileLockEntry> entries() {
        return List.copyOf(entries.values());
    }
}
