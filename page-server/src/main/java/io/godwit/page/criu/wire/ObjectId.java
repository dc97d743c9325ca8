package io.godwit.page.criu.wire;

import io.godwit.image.pages.PagemapId;
import io.godwit.page.protocol.ProtocolException;
import java.util.Set;

/** How the wire names the memory of a task or a shared memory object: its id, and in the lowest byte its type. */
final class ObjectId {
    private static final int TYPE_BITS = 8;
    private static final int TYPE_MASK = (1 << TYPE_BITS) - 1;
    private static final int TASK = 1;
    private static final int SHMEM = 2;

    /** From when the numbers were those of CRIU's image types. */
    private static final Set<Integer> OLD_TASK = Set.of(10, 11, 16, 17);

    private static final Set<Integer> OLD_SHMEM = Set.of(27, 28, 29, 32, 33, 34);

    private ObjectId() {}

    static PagemapId decode(long dstId) throws ProtocolException {
        int type = (int) dstId & TYPE_MASK;
        long id = dstId >>> TYPE_BITS;
        if (type == TASK || OLD_TASK.contains(type)) {
            return new PagemapId(PagemapId.Kind.TASK, pid(id));
        }
        if (type == SHMEM || OLD_SHMEM.contains(type)) {
            return new PagemapId(PagemapId.Kind.SHMEM, id);
        }
        throw new ProtocolException(String.format(
                "an object of type %d came (id 0x%x), and there are tasks (1) and shared memory (2)", type, dstId));
    }

    static int pid(long id) throws ProtocolException {
        if (id <= 0 || id > Integer.MAX_VALUE) {
            throw new ProtocolException(Long.toUnsignedString(id) + " came as a pid, which it can not be");
        }
        return (int) id;
    }

    static long encode(PagemapId id) {
        return id.id() << TYPE_BITS | (id.kind() == PagemapId.Kind.TASK ? TASK : SHMEM);
    }
}
