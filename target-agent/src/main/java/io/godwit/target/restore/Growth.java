package io.godwit.target.restore;

import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PagesReader;
import io.godwit.linux.machine.Program;
import io.godwit.target.plan.AddressPlanner;
import io.godwit.target.plan.AgentFiles;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Sessions;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.TaskSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings a tree into the shape of a snapshot. A child is forked when all of its parent's pages are in their places, and not
 * before: what the two have in common is then in the child from the beginning, and is shared as it was at the source
 * (docs/decisions/002-shared-pages.md).
 */
final class Growth {
    private final Snapshot snapshot;
    private final Sessions sessions;
    private final TreeGrower grower;
    private final AgentFiles files;
    private AddressPlanner planner;

    /** @param files must stay open until the growth is complete */
    Growth(Snapshot snapshot, Sessions sessions, TreeGrower grower, AgentFiles files) {
        this.snapshot = snapshot;
        this.sessions = sessions;
        this.grower = grower;
        this.files = files;
    }

    /** Starts the root, and ends tasks that the tree has no more. */
    void begin() throws IOException {
        grower.grow(snapshot, sessions, files);
        planner = new AddressPlanner(files, grower.vdso());
    }

    /** Gives the tasks that are there already the mappings that they have by now. */
    void map() throws IOException {
        map(snapshot.tasks(), Map.of());
    }

    /** A task whose pages come now; those of its ancestors have come before. */
    GrownTask task(int pid) throws IOException {
        GrownTask known = grower.task(pid);
        if (known != null) {
            return known;
        }
        TaskSnapshot task = snapshot.task(pid)
                .orElseThrow(() -> new RestoreException("pages came of pid " + pid + ", which is not in the tree"));
        map(forkChildren(task(task.ppid()).pid()), Map.of());
        return grower.task(pid);
    }

    /** Makes the tasks of which no pages came. */
    void complete() throws IOException {
        for (TaskSnapshot task : snapshot.tasks()) {
            map(forkChildren(task.pid()), Map.of());
        }
    }

    /** Makes all tasks with their memory, one generation after the other, all of a generation at the same time. */
    void completeFrom(Map<Integer, List<PageIndex.Extent>> stored, boolean lazy) throws IOException {
        for (List<TaskSnapshot> generation = List.of(snapshot.root()); !generation.isEmpty(); ) {
            map(generation, stored);
            fill(generation, stored, lazy);
            List<TaskSnapshot> next = new ArrayList<>();
            for (TaskSnapshot task : generation) {
                next.addAll(forkChildren(task.pid()));
            }
            generation = next;
        }
    }

    private List<TaskSnapshot> forkChildren(int pid) throws IOException {
        return grower.forkChildren(pid).stream()
                .flatMap(child -> snapshot.task(child).stream())
                .toList();
    }

    private void map(List<TaskSnapshot> tasks, Map<Integer, List<PageIndex.Extent>> stored) throws IOException {
        Map<GrownTask, List<Program>> programs = new LinkedHashMap<>();
        for (TaskSnapshot task : tasks) {
            GrownTask grown = grower.task(task.pid());
            if (!task.zombie() && grown != null) {
                programs.put(grown, grown.memory().map(planner, task, stored.getOrDefault(task.pid(), List.of())));
            }
        }
        Together.run(programs);
    }

    private void fill(List<TaskSnapshot> tasks, Map<Integer, List<PageIndex.Extent>> stored, boolean lazy)
            throws IOException {
        try (PagesReader reader = new PagesReader()) {
            ImageFill fill = new ImageFill(reader, lazy);
            PageComparison comparison = new PageComparison(reader);
            for (TaskSnapshot task : tasks) {
                if (!task.zombie()) {
                    GrownTask grown = grower.task(task.pid());
                    List<PageIndex.Extent> own = stored.get(task.pid());
                    List<PageIndex.Extent> parents = stored.getOrDefault(task.ppid(), List.of());
                    fill.add(grown, grown.memory().takeFrom(grown, own, comparison, parents), task);
                }
            }
            fill.run();
        }
    }
}
