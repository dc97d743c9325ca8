package io.godwit.target.plan;

import io.godwit.linux.machine.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that will be done inside the tasks of a tree once they exist and have their mappings, before any of it is done.
 *
 * @param zombies how each zombie ends, by pid
 * @param tasks how each task that lives is made, parents first
 */
public record RestorePlan(Map<Integer, ZombiePlan> zombies, List<TaskPlan> tasks) {
    /** Plans a whole tree. */
    public static RestorePlan of(Snapshot snapshot, Sessions sessions, AgentFiles agent, AgentLimits limits)
            throws RestoreException {
        GroupPlanner groups = new GroupPlanner(sessions);
        TaskPlanner.Context context = new TaskPlanner.Context(
                snapshot, agent, limits, groups, new EpollPlanner(snapshot), Terminals.of(snapshot));
        Map<Integer, ZombiePlan> zombies = new LinkedHashMap<>();
        List<TaskPlan> tasks = new ArrayList<>();
        for (TaskSnapshot task : snapshot.tasks()) {
            if (task.zombie()) {
                zombies.put(
                        task.pid(),
                        new ZombiePlanner(groups)
                                .plan(task, snapshot.task(task.ppid()).orElseThrow()));
            } else {
                tasks.add(new TaskPlanner(context, task).plan());
            }
        }
        return new RestorePlan(zombies, List.copyOf(tasks));
    }

    /** The listing of all programs. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        zombies.forEach((pid, zombie) -> section(out, "zombie " + pid, zombie.preparation()));
        for (TaskPlan plan : tasks) {
            int pid = plan.task().pid();
            plan.environment().forEach(program -> section(out, "environment of " + pid, program));
            plan.threads().forEach((tid, program) -> section(out, "thread " + tid + " of " + pid, program));
            plan.leader().forEach(program -> section(out, "leader " + pid, program));
        }
        return out.toString();
    }

    private static void section(StringBuilder out, String title, Program program) {
        out.append("== ").append(title).append('\n').append(program).append('\n');
    }
}
