package io.godwit.criu.run;

import io.godwit.criu.options.CriuOption;
import io.godwit.criu.options.CriuOptions;
import io.godwit.criu.options.Logging;
import io.godwit.criu.options.OpenFiles;
import io.godwit.criu.options.Tree;
import io.godwit.plugin.Plugin;
import io.godwit.source.options.DumpOptions;
import io.godwit.source.options.FileOptions;
import io.godwit.source.options.MemoryOptions;
import io.godwit.source.options.OptionException;
import io.godwit.source.options.PreDumpOptions;
import io.godwit.target.namespace.NamespaceOptions;
import io.godwit.target.restore.RestoreOptions;
import io.godwit.target.restore.RestoreOptions.Parent;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CRIU's options in the words of the engines. */
final class EngineOptions {
    private static final Pattern INHERITED = Pattern.compile("fd\\[(\\d{1,9})]:(.+)");
    private static final Pattern EXTERNAL =
            Pattern.compile("(file\\[[0-9a-f]+:[0-9a-f]+]|unix\\[\\d+]|net\\[\\d+]:.+)");

    private EngineOptions() {}

    /**
     * Those of a dump.
     *
     * @param more external resources beside those of the options, not checked
     * @throws OptionException if one of them can not be followed
     */
    static DumpOptions dump(CriuOptions options, List<Plugin> plugins, Set<String> more) {
        Tree tree = options.tree();
        return DumpOptions.defaults(root(options), options.directories().images())
                .withWorkDirectory(options.directories().work())
                .withAfter(tree.after())
                .withShellJob(tree.shellJob())
                .withTimeout(tree.timeout())
                .withFiles(dumped(options).withPlugins(plugins).withMoreExternal(more))
                .withMemory(memory(options))
                .withCgroups(CgroupOptionsOf.dump(options.cgroups()))
                .withVerbosity(Math.max(0, options.logging().level() - Logging.WARNINGS));
    }

    private static MemoryOptions memory(CriuOptions options) {
        return new MemoryOptions(
                options.directories().previous(),
                options.memory().track(),
                options.memory().autoDedup());
    }

    /** @throws OptionException if one of them can not be followed */
    static PreDumpOptions preDump(CriuOptions options) {
        return new PreDumpOptions(
                root(options),
                options.directories().images(),
                options.directories().work(),
                options.directories().previous(),
                options.memory().autoDedup(),
                options.tree().timeout());
    }

    private static int root(CriuOptions options) {
        return options.tree()
                .pid()
                .orElseThrow(() -> new OptionException("--tree is missing: name the root of the tree by -t PID"));
    }

    private static FileOptions dumped(CriuOptions options) {
        OpenFiles files = options.files();
        FileOptions defaults = FileOptions.defaults();
        return defaults.withGhostLimit(files.ghostLimit().orElse(defaults.ghostLimitBytes()))
                .withValidation(files.bySize() ? FileOptions.Validation.SIZE : FileOptions.Validation.BUILD_ID)
                .withLocks(options.has(CriuOption.FILE_LOCKS))
                .withLinkRemap(options.has(CriuOption.LINK_REMAP))
                .withConnections(connections(options))
                .withEvasiveDevices(options.has(CriuOption.EVASIVE_DEVICES))
                .withExternal(external(options, files))
                .withEmptyNetwork(options.namespaces().emptyNetwork())
                .withMounts(ExternalMounts.dump(options))
                .withExternalUnixSockets(
                        files.externalSockets().filter(String::isEmpty).isPresent());
    }

    private static FileOptions.Connections connections(CriuOptions options) {
        return new FileOptions.Connections(options.has(CriuOption.SKIP_IN_FLIGHT), options.has(CriuOption.TCP_CLOSE))
                .withEstablished(
                        options.has(CriuOption.TCP_ESTABLISHED), options.means().locksNetwork());
    }

    private static Set<String> external(CriuOptions options, OpenFiles files) {
        Set<String> external = new HashSet<>(files.external());
        files.externalSockets().filter(list -> !list.isEmpty()).ifPresent(list -> {
            for (String inode : list.split(",")) {
                external.add("unix[" + inode + "]");
            }
        });
        external.forEach(EngineOptions::requireKnown);
        ExternalMounts.of(options).forEach((point, name) -> external.add("mnt[" + point + "]:" + name));
        return external;
    }

    /** @throws OptionException if one of these resources can not be left outside */
    static Set<String> external(List<String> named) {
        named.forEach(EngineOptions::requireKnown);
        return Set.copyOf(named);
    }

    private static void requireKnown(String external) {
        if (!EXTERNAL.matcher(external).matches() && !ExternalMounts.names(external)) {
            throw new OptionException(
                    "--external " + external
                            + ": only file[MNTID:INO], unix[INO], mnt[MOUNTPOINT]:NAME, mnt[] and net[INO]:NAME can be left outside of the tree yet");
        }
    }

    /**
     * What a restore is asked for.
     *
     * @throws OptionException if one of them can not be followed
     * @throws IOException if the security label of this process can not be read
     */
    static RestoreOptions restore(CriuOptions options, List<Plugin> plugins) throws IOException {
        Tree tree = options.tree();
        options.files().external().forEach(EngineOptions::requireKnown);
        RestoreOptions restore = RestoreOptions.defaults()
                .withShellJob(tree.shellJob())
                .withAutoDedup(options.memory().autoDedup())
                .withLeaveStopped(tree.after() == DumpOptions.After.LEAVE_STOPPED)
                .withParent(parent(tree))
                .withFiles(restored(options).withPlugins(plugins))
                .withCgroups(CgroupOptionsOf.restore(options.cgroups()))
                .withNamespaces(new NamespaceOptions(
                        options.namespaces().root(),
                        ExternalMounts.of(options),
                        ExternalMounts.areFound(options),
                        options.namespaces().fileSystems(),
                        inherited(options.files().inherited()),
                        options.namespaces().emptyNetwork()))
                .withAnyLabel(SecurityLabelOf.restore(options.means()));
        return options.memory().lazy()
                ? restore.withFiller(options.directories().work())
                : restore;
    }

    private static Parent parent(Tree tree) {
        if (tree.sibling()) {
            if (!tree.detached()) {
                throw new OptionException("--restore-sibling: the tree is not this command's to wait for; give -d too");
            }
            return Parent.SIBLING;
        }
        if (tree.detached() && !tree.command().isEmpty()) {
            throw new OptionException("--exec-cmd: the command becomes the parent of the tree; leave -d out");
        }
        return tree.detached() ? Parent.INIT : Parent.AGENT;
    }

    private static io.godwit.target.restore.FileOptions restored(CriuOptions options) {
        OpenFiles files = options.files();
        io.godwit.target.restore.FileOptions defaults = io.godwit.target.restore.FileOptions.defaults();
        return defaults.withValidation(
                        files.bySize()
                                ? io.godwit.target.restore.FileOptions.Validation.SIZE
                                : io.godwit.target.restore.FileOptions.Validation.BUILD_ID)
                .withLocks(options.has(CriuOption.FILE_LOCKS))
                .withConnections(restoredConnections(options))
                .withPermissionCheck(!files.anyPermissions())
                .withInherited(inherited(files.inherited()));
    }

    private static io.godwit.target.restore.FileOptions.Connections restoredConnections(CriuOptions options) {
        boolean close = options.has(CriuOption.TCP_CLOSE);
        boolean restore = options.has(CriuOption.TCP_ESTABLISHED) && !close;
        return new io.godwit.target.restore.FileOptions.Connections(close, restore, false);
    }

    private static Map<String, Integer> inherited(List<String> given) {
        Map<String, Integer> inherited = new HashMap<>();
        for (String resource : given) {
            Matcher matcher = INHERITED.matcher(resource);
            if (!matcher.matches()) {
                throw new OptionException("--inherit-fd " + resource + ": write it as fd[N]:RESOURCE");
            }
            inherited.put(matcher.group(2), Integer.parseInt(matcher.group(1)));
        }
        return inherited;
    }
}
