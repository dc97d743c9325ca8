package io.godwit.target.restore;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.target.plan.TaskSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How willingly the kernel kills a task when memory runs out.
 *
 * @param inherited what all tasks have that the agent has started, as forks pass it on
 */
record OomScore(int inherited) {
    static OomScore ofAgent() throws IOException {
        return new OomScore(ProcDirectory.own().oomScoreAdjustment());
    }

    /**
     * Written only where it differs: lowering it needs CAP_SYS_RESOURCE, and without it the task keeps the agent's.
     *
     * @param pid of the task here
     */
    void set(TaskSnapshot task, int pid) {
        int wanted = task.core().getTc().getOomScoreAdj();
        if (!task.core().getTc().hasOomScoreAdj() || wanted == inherited) {
            return;
        }
        Path file = Path.of(ProcDirectory.process(pid).path("oom_score_adj"));
        try {
            Files.writeString(file, Integer.toString(wanted));
        } catch (IOException e) {
            System.getLogger(OomScore.class.getName())
                    .log(System.Logger.Level.WARNING, "cannot set the oom_score_adj of {0}: {1}", task, e.getMessage());
        }
    }
}
