package io.godwit.target.restore;

import io.godwit.target.cgroup.CgroupOptions;
import io.godwit.target.namespace.NamespaceOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How to restore.
 *
 * @param shellJob let the tree join the agent's session where its own session is not in the tree
 * @param autoDedup free the blocks of pages files once their pages are in the tasks
 * @param leaveStopped let the tree stand, as by SIGSTOP, once it is restored
 * @param parent who becomes the parent of the root
 * @param files how open files are treated
 * @param cgroups what to do about cgroups
 * @param anyLabel the tree may lose its security labels, with a warning
 * @param filler the work directory of the program that fills memory once the tree runs; empty if it is all filled before
 * @param namespaces what the tree's own namespaces are given
 */
public record RestoreOptions(
        boolean shellJob,
        boolean autoDedup,
        boolean leaveStopped,
        Parent parent,
        FileOptions files,
        CgroupOptions cgroups,
        boolean anyLabel,
        Optional<Path> filler,
        NamespaceOptions namespaces) {
    /** Who becomes the parent of the root. */
    public enum Parent {
        /** Init, or the nearest subreaper: the tree does not end with the agent. */
        INIT,
        /** The agent, which must wait for it. */
        AGENT,
        /** The agent's parent, of which the root becomes a child beside the agent. */
        SIBLING
    }

    /** The tree runs on its own, and files must be as they were. */
    public static RestoreOptions defaults() {
        return new RestoreOptions(
                false,
                false,
                false,
                Parent.INIT,
                FileOptions.defaults(),
                CgroupOptions.defaults(),
                false,
                Optional.empty(),
                NamespaceOptions.NONE);
    }

    /** What a migration does. */
    public static RestoreOptions ofMigration(boolean autoDedup) {
        return defaults()
                .withAutoDedup(autoDedup)
                .withFiles(FileOptions.ofMigration())
                .withCgroups(CgroupOptions.IGNORE)
                .withAnyLabel(true);
    }

    public RestoreOptions withShellJob(boolean value) {
        return new RestoreOptions(
                value,
                autoDedup,
                leaveStopped,
                parent,
                files.withTerminal(value),
                cgroups,
                anyLabel,
                filler,
                namespaces);
    }

    public RestoreOptions withAutoDedup(boolean value) {
        return new RestoreOptions(shellJob, value, leaveStopped, parent, files, cgroups, anyLabel, filler, namespaces);
    }

    public RestoreOptions withLeaveStopped(boolean value) {
        return new RestoreOptions(shellJob, autoDedup, value, parent, files, cgroups, anyLabel, filler, namespaces);
    }

    public RestoreOptions withParent(Parent value) {
        return new RestoreOptions(
                shellJob, autoDedup, leaveStopped, value, files, cgroups, anyLabel, filler, namespaces);
    }

    public RestoreOptions withFiles(FileOptions value) {
        return new RestoreOptions(
                shellJob,
                autoDedup,
                leaveStopped,
                parent,
                value.withTerminal(shellJob),
                cgroups,
                anyLabel,
                filler,
                namespaces);
    }

    public RestoreOptions withCgroups(CgroupOptions value) {
        return new RestoreOptions(
                shellJob, autoDedup, leaveStopped, parent, files, value, anyLabel, filler, namespaces);
    }

    public RestoreOptions withAnyLabel(boolean value) {
        return new RestoreOptions(shellJob, autoDedup, leaveStopped, parent, files, cgroups, value, filler, namespaces);
    }

    public RestoreOptions withNamespaces(NamespaceOptions value) {
        return new RestoreOptions(shellJob, autoDedup, leaveStopped, parent, files, cgroups, anyLabel, filler, value);
    }

    public RestoreOptions withFiller(Path workDirectory) {
        return new RestoreOptions(
                shellJob,
                autoDedup,
                leaveStopped,
                parent,
                files,
                cgroups,
                anyLabel,
                Optional.of(workDirectory),
                namespaces);
    }
}
