package io.godwit.source.options;

import io.godwit.plugin.Plugin;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How the open files of a tree are treated.
 *
 * @param ghostLimitBytes the largest deleted file that is carried along
 * @param validation what is noted of files, so that a restore can tell whether they are still the same
 * @param locks file locks are carried along; else they are refused
 * @param linkRemap a file that lost its name but has others gets a new one until it is restored
 * @param external resources that the restore is given from outside, as {@code --external} names them: {@code file[MNTID:INO]} in
 *     hexadecimal, {@code unix[INO]}; and {@code server[INO]}, the unix socket at whose other end, of this inode, a program of the tree
 *     asked for the dump
 * @param externalUnixSockets unix sockets may be connected to programs outside of the tree
 * @param leftBehind what the tree shares with programs outside of it may stay behind for a restore on this host: pipes, and objects of System V
 * @param terminal the slave end of a terminal outside of the tree is left behind, as of a shell job
 * @param orphans the master of a terminal may be outside of the tree: the restore makes a new one for whoever takes it
 * @param evasiveDevices a device may be opened by another path than it was
 * @param connections which connections the tree may lose
 * @param emptyNetwork what is in a network namespace of the tree is left out
 * @param mounts how mounts of its own are treated
 * @param plugins are asked for files of kinds that Godwit does not know
 */
public record FileOptions(
        long ghostLimitBytes,
        Validation validation,
        boolean locks,
        boolean linkRemap,
        Set<String> external,
        boolean externalUnixSockets,
        boolean leftBehind,
        boolean terminal,
        boolean orphans,
        boolean evasiveDevices,
        Connections connections,
        boolean emptyNetwork,
        MountOptions mounts,
        List<Plugin> plugins) {
    private static final long CRIU_GHOST_LIMIT_BYTES = 1 << 20;

    /** The contents are in memory while the tree stands still, so they are bounded. */
    private static final long MIGRATION_GHOST_LIMIT_BYTES = 16 << 20;

    /**
     * What becomes of the connections of the tree; those that it says nothing of are refused.
     *
     * @param skipInFlight it may lose those that wait to be accepted, if they can not be moved
     * @param closeTcp it may lose established ones of TCP: their sockets are as if the other side had closed them
     * @param established established ones of TCP are kept
     * @param lock the packets of those that are kept are dropped while they are nowhere
     * @param moveAddresses this host's addresses of those that are kept go to the target with them
     */
    public record Connections(
            boolean skipInFlight, boolean closeTcp, boolean established, boolean lock, boolean moveAddresses) {
        /** None is lost, and none kept. */
        public static final Connections KEPT = new Connections(false, false);

        /** Those that the tree may lose. */
        public Connections(boolean skipInFlight, boolean closeTcp) {
            this(skipInFlight, closeTcp, false, true, false);
        }

        public Connections withEstablished(boolean kept, boolean locked) {
            return new Connections(skipInFlight, closeTcp, kept, locked, moveAddresses);
        }

        public Connections withMoveAddresses(boolean value) {
            return new Connections(skipInFlight, closeTcp, established, lock, value);
        }
    }

    /** By what a file is known. */
    public enum Validation {
        SIZE,
        BUILD_ID
    }

    public FileOptions {
        external = Set.copyOf(external);
        plugins = List.copyOf(plugins);
    }

    /** What CRIU does without options. */
    public static FileOptions defaults() {
        return new FileOptions(
                CRIU_GHOST_LIMIT_BYTES,
                Validation.BUILD_ID,
                false,
                false,
                Set.of(),
                false,
                true,
                false,
                false,
                false,
                Connections.KEPT,
                false,
                MountOptions.NONE,
                List.of());
    }

    /**
     * What a migration does: its pre-flight compares files, and nothing may be left behind at the source. Locks are moved without
     * being asked for: if another process has one at the target, the migration fails, and the tree keeps it here.
     */
    public static FileOptions ofMigration() {
        return new FileOptions(
                MIGRATION_GHOST_LIMIT_BYTES,
                Validation.SIZE,
                true,
                false,
                Set.of(),
                false,
                false,
                false,
                false,
                true,
                Connections.KEPT,
                false,
                MountOptions.NONE,
                List.of());
    }

    public FileOptions withGhostLimit(long bytes) {
        return with(draft -> draft.ghostLimitBytes = bytes);
    }

    public FileOptions withValidation(Validation value) {
        return with(draft -> draft.validation = value);
    }

    public FileOptions withLocks(boolean value) {
        return with(draft -> draft.locks = value);
    }

    public FileOptions withLinkRemap(boolean value) {
        return with(draft -> draft.linkRemap = value);
    }

    public FileOptions withExternal(Set<String> value) {
        return with(draft -> draft.external = value);
    }

    public FileOptions withExternalUnixSockets(boolean value) {
        return with(draft -> draft.externalUnixSockets = value);
    }

    public FileOptions withTerminal(boolean value) {
        return with(draft -> draft.terminal = value);
    }

    public FileOptions withOrphans(boolean value) {
        return with(draft -> draft.orphans = value);
    }

    public FileOptions withEvasiveDevices(boolean value) {
        return with(draft -> draft.evasiveDevices = value);
    }

    public FileOptions withConnections(Connections value) {
        return with(draft -> draft.connections = value);
    }

    public FileOptions withEmptyNetwork(boolean value) {
        return with(draft -> draft.emptyNetwork = value);
    }

    public FileOptions withMounts(MountOptions value) {
        return with(draft -> draft.mounts = value);
    }

    public FileOptions withPlugins(List<Plugin> value) {
        return with(draft -> draft.plugins = value);
    }

    public FileOptions withMoreExternal(Set<String> more) {
        Set<String> all = new HashSet<>(external);
        all.addAll(more);
        return withExternal(all);
    }

    private FileOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
    }

    /** Options of which some are to be others. */
    private static final class Draft {
        private final boolean leftBehind;
        private long ghostLimitBytes;
        private Validation validation;
        private boolean locks;
        private boolean linkRemap;
        private Set<String> external;
        private boolean externalUnixSockets;
        private boolean terminal;
        private boolean orphans;
        private boolean evasiveDevices;
        private Connections connections;
        private boolean emptyNetwork;
        private MountOptions mounts;
        private List<Plugin> plugins;

        Draft(FileOptions from) {
            ghostLimitBytes = from.ghostLimitBytes;
            validation = from.validation;
            locks = from.locks;
            linkRemap = from.linkRemap;
            external = from.external;
            externalUnixSockets = from.externalUnixSockets;
            leftBehind = from.leftBehind;
            terminal = from.terminal;
            orphans = from.orphans;
            evasiveDevices = from.evasiveDevices;
            connections = from.connections;
            emptyNetwork = from.emptyNetwork;
            mounts = from.mounts;
            plugins = from.plugins;
        }

        FileOptions options() {
            return new FileOptions(
                    ghostLimitBytes,
                    validation,
                    locks,
                    linkRemap,
                    external,
                    externalUnixSockets,
                    leftBehind,
                    terminal,
                    orphans,
                    evasiveDevices,
                    connections,
                    emptyNetwork,
                    mounts,
                    plugins);
        }
    }
}
