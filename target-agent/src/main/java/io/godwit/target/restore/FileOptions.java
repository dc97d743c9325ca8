package io.godwit.target.restore;

import io.godwit.linux.Fd;
import io.godwit.plugin.Plugin;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the open files of a tree are treated.
 *
 * @param validation by what a file is known to be the same as when it was dumped
 * @param checkPermissions a file must have the permission bits that it had
 * @param locks file locks are taken again; else images with locks are refused
 * @param terminal a shell job gets the terminal of this process
 * @param masters gets the new masters of terminals whose own was outside of the tree; if empty, those are refused but for a shell job's
 * @param connections what becomes of established TCP connections
 * @param inherited descriptors of this process by the resource that they stand for, as {@code --inherit-fd} names it: a path
 *     without the first slash, {@code pipe:[INO]}, {@code socket:[INO]}, {@code file[MNTID:INO]}, {@code /memfd:NAME}
 * @param plugins open the files that they carried at the dump
 * @param grown a file that was open for appending alone, such as a log, may be longer than it was at the dump
 */
public record FileOptions(
        Validation validation,
        boolean checkPermissions,
        boolean locks,
        boolean terminal,
        Optional<MasterTaker> masters,
        Connections connections,
        Map<String, Integer> inherited,
        List<Plugin> plugins,
        boolean grown) {
    /** By what a file is known. */
    public enum Validation {
        SIZE,
        /** The build id if it is an executable or a library that has one; else the size. */
        BUILD_ID
    }

    /**
     * What becomes of established TCP connections; images that have any other are refused.
     *
     * @param close those of which there is no more than their addresses, or that are not to be restored, become closed ones
     * @param restore those that the images have whole are restored
     * @param addressesFollow their addresses may come to this host when the tree is about to run
     */
    public record Connections(boolean close, boolean restore, boolean addressesFollow) {
        /** All are refused. */
        public static final Connections NONE = new Connections(false, false, false);

        public Connections withAddressesFollow(boolean value) {
            return new Connections(close, restore, value);
        }
    }

    /** Who gets the new master of a terminal. */
    public interface MasterTaker {
        /**
         * Takes one.
         *
         * @param master stays the caller's, too
         * @return false if it is not wanted: then the terminal is that of a shell job, or the tree can not be restored
         */
        boolean take(Fd master) throws IOException;
    }

    public FileOptions {
        inherited = Map.copyOf(inherited);
        plugins = List.copyOf(plugins);
    }

    /** What CRIU does without options. */
    public static FileOptions defaults() {
        return new FileOptions(
                Validation.BUILD_ID, true, false, false, Optional.empty(), Connections.NONE, Map.of(), List.of(), true);
    }

    /** What a migration does: its pre-flight has compared the files, and what may be let go of is for the source to say. */
    public static FileOptions ofMigration() {
        return new FileOptions(
                Validation.SIZE,
                false,
                true,
                false,
                Optional.empty(),
                new Connections(true, true, false),
                Map.of(),
                List.of(),
                false);
    }

    public FileOptions withValidation(Validation value) {
        return new FileOptions(
                value, checkPermissions, locks, terminal, masters, connections, inherited, plugins, grown);
    }

    public FileOptions withPermissionCheck(boolean value) {
        return new FileOptions(validation, value, locks, terminal, masters, connections, inherited, plugins, grown);
    }

    public FileOptions withLocks(boolean value) {
        return new FileOptions(
                validation, checkPermissions, value, terminal, masters, connections, inherited, plugins, grown);
    }

    public FileOptions withInherited(Map<String, Integer> value) {
        return new FileOptions(
                validation, checkPermissions, locks, terminal, masters, connections, value, plugins, grown);
    }

    public FileOptions withTerminal(boolean value) {
        return new FileOptions(
                validation, checkPermissions, locks, value, masters, connections, inherited, plugins, grown);
    }

    public FileOptions withMasters(MasterTaker value) {
        return new FileOptions(
                validation,
                checkPermissions,
                locks,
                terminal,
                Optional.of(value),
                connections,
                inherited,
                plugins,
                grown);
    }

    public FileOptions withConnections(Connections value) {
        return new FileOptions(
                validation, checkPermissions, locks, terminal, masters, value, inherited, plugins, grown);
    }

    public FileOptions withPlugins(List<Plugin> value) {
        return new FileOptions(
                validation, checkPermissions, locks, terminal, masters, connections, inherited, value, grown);
    }
}
