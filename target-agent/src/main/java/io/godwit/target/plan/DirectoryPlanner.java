package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;
import io.godwit.linux.machine.DataSlot;

/** Root directory, working directory and umask. */
final class DirectoryPlanner {
    private final Snapshot snapshot;
    private final TaskSnapshot task;
    private final AgentFiles agent;
    private final TaskDescriptors descriptors;

    DirectoryPlanner(Snapshot snapshot, TaskSnapshot task, AgentFiles agent, TaskDescriptors descriptors) {
        this.snapshot = snapshot;
        this.task = task;
        this.agent = agent;
        this.descriptors = descriptors;
    }

    void plan(ProgramSequence sequence) {
        Assembler a = sequence.assembler();
        String root = FileNames.of(snapshot.files().get(task.fs().getRootId()));
        if (!root.equals("/")) {
            enter(a, task.fs().getRootId(), "root directory " + root);
            DataSlot here = a.string(".");
            a.call(Syscall.CHROOT, here.address());
        }
        String cwd = FileNames.of(snapshot.files().get(task.fs().getCwdId()));
        enter(a, task.fs().getCwdId(), "working directory " + cwd);
        if (task.fs().hasUmask()) {
            a.label("set the umask of " + task);
            a.call(Syscall.UMASK, imm(task.fs().getUmask()));
        }
    }

    private void enter(Assembler a, int fileId, String what) {
        a.label("enter the " + what + " of " + task);
        int number = descriptors.take(a, agent.file(fileId));
        a.call(Syscall.FCHDIR, imm(number));
        descriptors.close(a, number);
    }
}
