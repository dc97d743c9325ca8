package io.godwit.target.restore;

import io.godwit.linux.machine.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs programs in several tasks at the same time; those of one task follow each other. */
final class Together {
    private Together() {}

    static void run(Map<GrownTask, List<Program>> programs) throws IOException {
        int longest = programs.values().stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < longest; i++) {
            List<GrownTask> started = new ArrayList<>();
            for (Map.Entry<GrownTask, List<Program>> task : programs.entrySet()) {
                if (i < task.getValue().size()) {
                    task.getKey().start(task.getValue().get(i));
                    started.add(task.getKey());
                }
            }
            for (GrownTask task : started) {
                task.finish();
            }
        }
    }
}
