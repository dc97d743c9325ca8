package io.godwit.target.restore;

import io.godwit.image.proto.CoreEntry;
import io.godwit.linux.proc.SecurityLabels;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.TaskSnapshot;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The security labels that tasks had and do not get again: what is restored has that of its restorer. */
final class LostLabels {
    private LostLabels() {}

    /** A line for each label, which names the first task that had it. */
    static List<String> of(Snapshot snapshot) throws IOException {
        Map<String, TaskSnapshot> had = new LinkedHashMap<>();
        for (TaskSnapshot task : snapshot.tasks()) {
            for (CoreEntry core : task.cores().values()) {
                String label = core.getThreadCore().getCreds().getLsmProfile();
                if (!SecurityLabels.isFree(label)) {
                    had.putIfAbsent(label, task);
                }
            }
        }
        // the kernel is asked only then: the tree stands still meanwhile
        return had.isEmpty()
                ? List.of()
                : lost(had, SecurityLabels.ofThisKernel().own());
    }

    private static List<String> lost(Map<String, TaskSnapshot> had, Optional<String> own) {
        own.ifPresent(had::remove);
        return had.entrySet().stream()
                .map(entry -> entry.getValue() + " had the security label '" + entry.getKey()
                        + "', and what is restored has that of its restorer, "
                        + own.map(label -> "'" + label + "'").orElse("which has none"))
                .toList();
    }
}
