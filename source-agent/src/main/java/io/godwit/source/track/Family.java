package io.godwit.source.track;

import io.godwit.source.freeze.FrozenTask;
import io.godwit.source.freeze.FrozenTree;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The processes of a tree at a time. If two are equal, no process has come and gone in between that nobody has looked at, unless
 * one reaps its children by SA_NOCLDWAIT or by ignoring SIGCHLD (sigaction(2)): whoever waits for a child takes over its page faults.
 *
 * @param faults of children that were waited for, by the process that did
 * @param others the pids of zombies, and of processes that have their parent's memory
 */
public record Family(Map<TrackedTask, Long> faults, Set<Integer> others) {
    /** No processes. */
    static Family empty() {
        return new Family(new HashMap<>(), new HashSet<>());
    }

    /** A tree that stands still. */
    public static Family of(FrozenTree tree, Map<Integer, TrackedTask> tasks) {
        Family family = empty();
        for (FrozenTask task : tree.tasks()) {
            if (task.zombie()) {
                family.others.add(task.pid());
            } else {
                family.faults.put(tasks.get(task.pid()), task.stat().faultsOfChildren());
            }
        }
        return family;
    }
}
