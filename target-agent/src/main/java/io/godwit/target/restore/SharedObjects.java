package io.godwit.target.restore;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.page.server.SpreadPages;
import io.godwit.target.plan.RestoreException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The objects behind the shared memory of a tree that grows: each is made once, by the first round that tells of it, and is there until the tree
 * runs. Contents come in any round. Threads that fill them may ask for {@link #pages}, the tracer alone makes and drops them.
 */
final class SharedObjects implements AutoCloseable {
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_ANONYMOUS = 0x21;

    private final Map<Long, SharedObject> objects = new HashMap<>();

    /** The object behind anonymous shared mappings, of at least that many bytes. */
    Fd anonymous(long shmid, long bytes) throws IOException {
        return object(shmid, "", bytes, () -> anonymous("shared memory " + shmid, bytes));
    }

    /** A memfd of so many bytes, with its permissions and seals yet to come. */
    Fd memfd(long shmid, String name, long bytes) throws IOException {
        return object(shmid, "/memfd:" + name, bytes, () -> Descriptors.memfdCreate(name, MFD_ALLOW_SEALING));
    }

    private interface Maker {
        Fd make() throws IOException;
    }

    private Fd object(long shmid, String name, long bytes, Maker maker) throws IOException {
        SharedObject known = objects.get(shmid);
        if (known != null && !known.name().equals(name)) {
            known.fd().close();
            objects.remove(shmid);
            known = null;
        }
        if (known == null) {
            known = new SharedObject(shmid, name, maker.make());
            objects.put(shmid, known);
        }
        known.resize(bytes);
        return known.fd();
    }

    /** Lets go of all others. */
    void keepOnly(Set<Long> shmids) {
        objects.values().removeIf(object -> {
            boolean gone = !shmids.contains(object.shmid());
            if (gone) {
                object.fd().close();
            }
            return gone;
        });
    }

    /** Takes an object's pages of a round; what it had before and is not told of is dropped. */
    SpreadPages pages(long shmid) throws RestoreException {
        SharedObject object = objects.get(shmid);
        if (object == null) {
            throw new RestoreException(
                    "pages came of shared memory " + shmid + ", which the tree has not; start the migration again");
        }
        return new SharedPages(object);
    }

    /** The kernel makes such an object with a mapping; /proc/self/map_files gives a descriptor of it. */
    private static Fd anonymous(String what, long bytes) throws IOException {
        long address = Kernel.check(
                Kernel.syscall(Syscall.MMAP, 0, bytes, PROT_READ_WRITE, MAP_SHARED_ANONYMOUS, -1, 0), "mmap", what);
        try {
            String range = Long.toHexString(address) + "-" + Long.toHexString(address + bytes);
            return Descriptors.open("/proc/self/map_files/" + range, Descriptors.O_RDWR, 0);
        } catch (LinuxException e) {
            throw new RestoreException(
                    "cannot get hold of " + what + ": " + e.getMessage()
                            + "; /proc/self/map_files needs CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE",
                    e);
        } finally {
            Kernel.syscall(Syscall.MUNMAP, address, bytes);
        }
    }

    @Override
    public void close() {
        objects.values().forEach(object -> object.fd().close());
        objects.clear();
    }
}
