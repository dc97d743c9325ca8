package io.godwit.target.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tasks of a tree by their pids and by their parents; trees may have thousands. */
public final class Family {
    private final Map<Integer, TaskSnapshot> tasks = new HashMap<>();
    private final Map<Integer, List<TaskSnapshot>> children = new HashMap<>();

    /** Of tasks with the same pid the first counts; a snapshot that has any is refused elsewhere. */
    Family(List<TaskSnapshot> all) {
        for (TaskSnapshot task : all) {
            tasks.putIfAbsent(task.pid(), task);
            children.computeIfAbsent(task.ppid(), parent -> new ArrayList<>()).add(task);
        }
    }

    Optional<TaskSnapshot> task(int pid) {
        return Optional.ofNullable(tasks.get(pid));
    }

    List<TaskSnapshot> childrenOf(int pid) {
        return children.getOrDefault(pid, List.of());
    }
}
