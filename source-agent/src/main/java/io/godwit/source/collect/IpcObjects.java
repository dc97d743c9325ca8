package io.godwit.source.collect;

import io.godwit.linux.proc.KernelSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an IPC namespace holds besides its settings, none of which can be moved yet. */
final class IpcObjects {
    private static final Map<String, String> SYSTEM_V =
            Map.of("shm", "shared memory segments", "msg", "message queues", "sem", "semaphore sets");

    private IpcObjects() {}

    /** Each kind of which there are some; to be asked by a thread in the namespace. */
    static List<CannotMoveException> obstacles() throws IOException {
        List<CannotMoveException> obstacles = new ArrayList<>();
        for (Map.Entry<String, String> kind : SYSTEM_V.entrySet()) {
            long objects = KernelSettings.objects(kind.getKey());
            if (objects > 0) {
                obstacles.add(new CannotMoveException(
                        "the tree's IPC namespace",
                        "it holds " + objects + " " + kind.getValue() + " of System V, which can not be moved yet",
                        "remove them with ipcrm, if no process needs them"));
            }
        }
        int queues = MessageQueues.count();
        if (queues > 0) {
            obstacles.add(new CannotMoveException(
                    "the tree's IPC namespace",
                    "it holds " + queues + " POSIX message queues, which can not be moved yet",
                    "remove them with mq_unlink(3), if no process needs them"));
        }
        return obstacles;
    }
}
