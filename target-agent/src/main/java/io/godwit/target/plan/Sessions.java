package io.godwit.target.plan;

import java.util.HashMap;
import java.util.Map;

/**
 * Which session and process group each task gets. A session or group whose leader is not in the tree belongs to whoever started
 * the program, for example a shell. It does not exist on this host: the root takes its place, or with {@code --shell-job} the
 * agent's own session and group do.
 */
public final class Sessions {
    /** Stands for the session or group of the agent. */
    public static final int INHERITED = 0;

    private final Snapshot snapshot;
    private final boolean shellJob;
    private final Map<Integer, Integer> groups = new HashMap<>();

    public Sessions(Snapshot snapshot, boolean shellJob) throws RestoreException {
        this.snapshot = snapshot;
        this.shellJob = shellJob;
        for (TaskSnapshot task : snapshot.tasks()) {
            groups.put(task.pid(), resolveGroup(task));
        }
    }

    /** The session that the task is in at the end. */
    public int session(TaskSnapshot task) throws RestoreException {
        if (snapshot.task(task.sid()).isPresent()) {
            return task.sid();
        }
        if (task.sid() != snapshot.root().sid()) {
            throw new RestoreException("the leader of session " + task.sid() + ", which " + task
                    + " is in, is not in the tree; such a session can not be rebuilt");
        }
        return shellJob ? INHERITED : snapshot.root().pid();
    }

    /** The process group that the task is in at the end. */
    public int group(TaskSnapshot task) {
        return groups.get(task.pid());
    }

    private int resolveGroup(TaskSnapshot task) throws RestoreException {
        if (snapshot.task(task.pgid()).isPresent()) {
            return task.pgid();
        }
        if (task.pgid() != snapshot.root().pgid()) {
            throw new RestoreException("the leader of process group " + task.pgid() + ", which " + task
                    + " is in, has ended; such a group can not be rebuilt yet");
        }
        return shellJob ? INHERITED : snapshot.root().pid();
    }
}
