package io.godwit.target.restore;

/**
 * How to restore.
 *
 * @param shellJob let the tree join the agent's session where its own session is not in the tree
 * @param autoDedup free the blocks of pages files once their pages are in the tasks
 */
public record RestoreOptions(boolean shellJob, boolean autoDedup) {
    /** Neither. */
    public static RestoreOptions defaults() {
        return new RestoreOptions(false, false);
    }
}
