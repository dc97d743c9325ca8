package io.godwit.target.restore;

import io.godwit.linux.Errno;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.linux.trace.Tracee;
import io.godwit.target.plan.Snapshot;
import io.godwit.target.plan.TaskSnapshot;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A tree that is restored and stands still. It is used by the thread that restored it, which traces it. */
public final class RestoredTree {
    private static final int SIGSTOP = 19;

    private final Snapshot snapshot;
    private final TreeGrower grower;
    private final List<TaskSnapshot> living;
    private final FileTable files;
    private final StepClock clock;

    RestoredTree(Snapshot snapshot, TreeGrower grower, List<TaskSnapshot> living, FileTable files, StepClock clock) {
        this.snapshot = snapshot;
        this.grower = grower;
        this.living = living;
        this.files = files;
        this.clock = clock;
    }

    /** The pid of the root. */
    public int rootPid() {
        return snapshot.root().pid();
    }

    /** The number of tasks. */
    public int tasks() {
        return snapshot.tasks().size();
    }

    /** Each task that lives, with the number of its threads. */
    public Map<Integer, Integer> threads() {
        Map<Integer, Integer> threads = new LinkedHashMap<>();
        living.forEach(task ->
                threads.put(task.pid(), 1 + grower.task(task.pid()).threads().size()));
        return threads;
    }

    /** How long each step took, in order. */
    public List<StepTime> steps() {
        return clock.steps();
    }

    /** What could not be restored exactly. */
    public List<String> warnings() {
        return files.warnings();
    }

    /** Lets the tree run; it needs the agent no more. */
    public void resume() throws IOException {
        clock.time("resume", () -> {
            for (TaskSnapshot task : living) {
                GrownTask grown = grower.task(task.pid());
                if (task.stopped()) {
                    Kernel.syscall(Syscall.KILL, task.pid(), SIGSTOP);
                }
                for (Tracee thread : grown.threads()) {
                    detach(thread);
                }
                detach(grown.leader());
            }
        });
    }

    /** A thread that runs already may end the others before they are let go; that is the program's own affair. */
    private static void detach(Tracee thread) throws LinuxException {
        try {
            thread.detach(0);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    /** Ends the tree and removes what was made for it. */
    public void kill() {
        grower.kill();
        files.rollBack();
    }
}
