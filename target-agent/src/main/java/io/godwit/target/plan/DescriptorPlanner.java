package io.godwit.target.plan;

import io.godwit.image.proto.FdinfoEntry;
import io.godwit.linux.machine.Assembler;

/** Gives a task its descriptors, under their numbers. Descriptors that were dup'ed or inherited share one file object again. */
final class DescriptorPlanner {
    private final Snapshot snapshot;
    private final TaskSnapshot task;
    private final AgentFiles agent;
    private final TaskDescriptors descriptors;

    DescriptorPlanner(Snapshot snapshot, TaskSnapshot task, AgentFiles agent, TaskDescriptors descriptors) {
        this.snapshot = snapshot;
        this.task = task;
        this.agent = agent;
        this.descriptors = descriptors;
    }

    /** The highest number in use, -1 for an empty table. */
    static int highest(TaskSnapshot task) {
        return task.descriptors().stream().mapToInt(FdinfoEntry::getFd).max().orElse(-1);
    }

    void plan(ProgramSequence sequence) {
        for (FdinfoEntry entry : task.descriptors()) {
            Assembler a = sequence.assembler();
            a.label("place fd " + entry.getFd() + " of " + task + ", "
                    + FileNames.of(snapshot.files().get(entry.getId())));
            boolean closeOnExec = (entry.getFlags() & Abi.FD_CLOEXEC) != 0;
            descriptors.place(a, agent.file(entry.getId()), entry.getFd(), closeOnExec);
        }
        descriptors.leave(sequence.assembler());
    }
}
