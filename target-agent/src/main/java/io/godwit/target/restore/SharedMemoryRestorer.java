package io.godwit.target.restore;

import io.godwit.image.proto.VmaEntry;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.Syscall;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.TaskSnapshot;
import io.godwit.target.plan.VmaKind;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Makes the objects behind anonymous shared mappings, which several tasks may map. */
final class SharedMemoryRestorer {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_ANONYMOUS = 0x21;

    private final SharedMemoryContent content;
    private final Map<Long, Fd> objects = new HashMap<>();

    SharedMemoryRestorer(SharedMemoryContent content) {
        this.content = content;
    }

    void restore(Snapshot snapshot, FileTable table) throws IOException {
        Map<Long, Long> sizes = new TreeMap<>();
        for (TaskSnapshot task : snapshot.tasks()) {
            for (VmaEntry vma : task.vmas()) {
                if (VmaKind.of(vma) == VmaKind.ANON_SHARED) {
                    long end = vma.getPgoff() + vma.getEnd() - vma.getStart();
                    sizes.merge(vma.getShmid(), end, Math::max);
                }
            }
        }
        for (var object : sizes.entrySet()) {
            Fd fd = table.helper(make(object.getKey(), object.getValue()));
            content.later(fd, object.getValue(), object.getKey());
            objects.put(object.getKey(), fd);
        }
    }

    Fd object(long shmid) {
        return objects.get(shmid);
    }

    /** The kernel makes such an object with a mapping; /proc/self/map_files gives a descriptor of it. */
    private static Fd make(long shmid, long bytes) throws IOException {
        String what = "shared memory " + shmid;
        long address = Kernel.check(
                Kernel.syscall(Syscall.MMAP, 0, bytes, PROT_READ_WRITE, MAP_SHARED_ANONYMOUS, -1, 0), "mmap", what);
        try {
            String range = Long.toHexString(address) + "-" + Long.toHexString(address + bytes);
            return Descriptors.open("/proc/self/map_files/" + range, Descriptors.O_RDWR, 0);
        } catch (IOException e) {
            throw new RestoreException(
                    "cannot get hold of " + what + ": " + e.getMessage()
                            + "; /proc/self/map_files needs CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE",
                    e);
        } finally {
            Kernel.syscall(Syscall.MUNMAP, address, bytes);
        }
    }
}
