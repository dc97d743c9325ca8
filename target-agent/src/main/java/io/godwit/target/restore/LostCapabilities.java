package io.godwit.target.restore;

import io.godwit.image.proto.CoreEntry;
import io.godwit.linux.CapabilityNames;
import io.godwit.target.plan.Capabilities;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.TaskSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The capabilities that tasks had and the agent can not give them, since it has not got them itself. */
final class LostCapabilities {
    private static final int NAMED = 3;

    private LostCapabilities() {}

    /** A warning for all tasks that lose the same. */
    static List<String> warnings(Snapshot snapshot, long permitted) {
        Map<Long, List<TaskSnapshot>> losers = new LinkedHashMap<>();
        for (TaskSnapshot task : snapshot.tasks()) {
            long lost = 0;
            for (CoreEntry core : task.cores().values()) {
                lost |= Capabilities.set(core.getThreadCore().getCreds().getCapPrmList()) & ~permitted;
            }
            if (lost != 0) {
                losers.computeIfAbsent(lost, unknown -> new ArrayList<>()).add(task);
            }
        }
        List<String> warnings = new ArrayList<>();
        losers.forEach((lost, tasks) ->
                warnings.add(names(tasks) + " had capabilities that its restorer lacks, and is without them: "
                        + String.join(", ", CapabilityNames.of(lost))));
        return warnings;
    }

    private static String names(List<TaskSnapshot> tasks) {
        StringBuilder names = new StringBuilder();
        for (TaskSnapshot task : tasks.subList(0, Math.min(NAMED, tasks.size()))) {
            names.append(names.isEmpty() ? "" : ", ").append(task);
        }
        return tasks.size() > NAMED ? names + " and " + (tasks.size() - NAMED) + " more" : names.toString();
    }
}
