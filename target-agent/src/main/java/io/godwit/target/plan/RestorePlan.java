package io.godwit.target.plan;

import io.godwit.image.pages.PageIndex;
import io.godwit.linux.machine.Program;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that will be done inside the tasks of a tree, before any of it is done.
 *
 * @param forks what each task that lives runs to make its children, parents first, by pid
 * @param zombies how each zombie ends, by pid
 * @param tasks how each task that lives is made, parents first
 */
public record RestorePlan(Map<Integer, Program> forks, Map<Integer, ZombiePlan> zombies, List<TaskPlan> tasks) {
    /** Pages of a task by pid. */
    @FunctionalInterface
    public interface Pages {
        /** The extents of a task's private memory, ascending. */
        List<PageIndex.Extent> of(int pid);
    }

    /** Plans a whole tree. */
    public static RestorePlan of(
            Snapshot snapshot, Sessions sessions, Pages pages, AgentFiles agent, AgentLimits limits, ParkedVdso vdso)
            throws RestoreException {
        GroupPlanner groups = new GroupPlanner(sessions);
        TaskPlanner.Context context =
                new TaskPlanner.Context(snapshot, agent, limits, vdso, groups, new EpollPlanner(snapshot));
        ForkPlanner forkPlanner = new ForkPlanner(snapshot, sessions);
        Map<Integer, Program> forks = new LinkedHashMap<>();
        Map<Integer, ZombiePlan> zombies = new LinkedHashMap<>();
        List<TaskPlan> tasks = new java.util.ArrayList<>();
        for (TaskSnapshot task : snapshot.tasks()) {
            if (task.zombie()) {
                zombies.put(task.pid(), new ZombiePlanner(groups).plan(task));
            } else {
                forks.put(task.pid(), forkPlanner.plan(task));
                tasks.add(new TaskPlanner(context, task).plan(pages.of(task.pid())));
            }
        }
        return new RestorePlan(forks, zombies, List.copyOf(tasks));
    }

    /** The listing of all programs. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        forks.forEach((pid, program) -> section(out, "fork " + pid, program));
        zombies.forEach((pid, zombie) -> section(out, "zombie " + pid, zombie.preparation()));
        for (TaskPlan plan : tasks) {
            int pid = plan.task().pid();
            plan.address().forEach(program -> section(out, "address space of " + pid, program));
            plan.environment().forEach(program -> section(out, "environment of " + pid, program));
            plan.threads().forEach((tid, program) -> section(out, "thread " + tid + " of " + pid, program));
            section(out, "leader " + pid, plan.leader());
        }
        return out.toString();
    }

    private static void section(StringBuilder out, String title, Program program) {
        out.append("== ").append(title).append('\n').append(program).append('\n');
    }
}
