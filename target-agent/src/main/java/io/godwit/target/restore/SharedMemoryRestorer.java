package io.godwit.target.restore;

import io.godwit.image.proto.VmaEntry;
import io.godwit.linux.Fd;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.TaskSnapshot;
import io.godwit.target.plan.VmaKind;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Makes the objects behind anonymous shared mappings, which several tasks may map. */
final class SharedMemoryRestorer {
    private final SharedObjects made;
    private final SharedMemoryContent content;
    private final Map<Long, Fd> objects = new HashMap<>();

    SharedMemoryRestorer(SharedObjects made, SharedMemoryContent content) {
        this.made = made;
        this.content = content;
    }

    void restore(Snapshot snapshot) throws IOException {
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
            Fd fd = made.anonymous(object.getKey(), object.getValue());
            content.later(object.getKey(), object.getValue());
            objects.put(object.getKey(), fd);
        }
    }

    Set<Long> shmids() {
        return objects.keySet();
    }

    Fd object(long shmid) {
        return objects.get(shmid);
    }
}
