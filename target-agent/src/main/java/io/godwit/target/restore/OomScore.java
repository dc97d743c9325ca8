package io.godwit.target.restore;

import io.godwit.target.plan.TaskSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How willingly the kernel kills a task when memory runs out. */
final class OomScore {
    private OomScore() {}

    /** Written only where it differs: lowering it needs CAP_SYS_RESOURCE, and without it the task gets the agent's. */
    static void set(TaskSnapshot task) throws IOException {
        if (!task.core().getTc().hasOomScoreAdj()) {
            return;
        }
        Path file = Path.of("/proc", Integer.toString(task.pid()), "oom_score_adj");
        int wanted = task.core().getTc().getOomScoreAdj();
        if (Integer.parseInt(Files.readString(file).strip()) != wanted) {
            try {
                Files.writeString(file, Integer.toString(wanted));
            } catch (IOException e) {
                System.getLogger(OomScore.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "cannot set the oom_score_adj of {0}: {1}",
                                task,
                                e.getMessage());
            }
        }
    }
}
