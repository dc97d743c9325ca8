package io.godwit.target.plan;

import static io.godwit.linux.machine.Operand.imm;

import io.godwit.linux.Errno;
import io.godwit.linux.Syscall;
import io.godwit.linux.machine.Assembler;

/** Lets a task join the process group that another one leads. */
final class GroupPlanner {
    private final Sessions sessions;

    GroupPlanner(Sessions sessions) {
        this.sessions = sessions;
    }

    void plan(TaskSnapshot task, Assembler a) {
        int group = sessions.group(task);
        if (group != Sessions.INHERITED && group != task.pid()) {
            a.label("let " + task + " join process group " + group);
            a.call(Syscall.SETPGID, imm(0), imm(group));
        }
    }

    /** A zombie that came too late to be made in its session can not be in its group either; it gets one of its own. */
    void planZombie(TaskSnapshot zombie, TaskSnapshot parent, Assembler a) {
        int group = sessions.group(zombie);
        if (zombie.sid() == parent.sid()) {
            plan(zombie, a);
        } else if (group != Sessions.INHERITED && group != zombie.pid()) {
            a.label("let zombie " + zombie + " leave its parent's process group");
            a.call(Syscall.SETPGID, imm(0), imm(0));
            a.label("let zombie " + zombie + " join process group " + group);
            a.callOr(Syscall.SETPGID, Errno.EPERM, imm(0), imm(group));
        }
    }
}
