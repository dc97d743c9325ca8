package io.godwit.criu.run;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuOptions;
import io.godwit.linux.ThisProcess;
import io.godwit.plugin.Plugin;
import io.godwit.target.namespace.NamespaceListener;
import io.godwit.target.restore.ProcessWatch;
import io.godwit.target.restore.RestoreOptions;
import io.godwit.target.restore.RestoredTree;
import io.godwit.target.restore.Restorer;
import io.godwit.target.restore.StepTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code restore}. */
final class RestoreRun {
    private static final double NANOS_PER_MILLI = 1e6;

    private final CriuOptions options;
    private final Stages stages;
    private final CriuLog log;
    private final Optional<Path> pidfile;
    private ProcessWatch root;
    private int rootPid;

    RestoreRun(CriuOptions options, Stages stages, CriuLog log) {
        this.options = options;
        this.stages = stages;
        this.log = log;
        this.pidfile = options.server().pidfile().map(options.directories().work()::resolve);
    }

    /** Returns when the tree runs; when it fails nothing is left. */
    void restore() throws IOException {
        try (Plugins plugins = Plugins.load(options.directories().plugins(), log)) {
            restore(plugins.all());
        }
    }

    private void restore(List<Plugin> plugins) throws IOException {
        options.tree()
                .pid()
                .ifPresent(pid -> log.warn("--tree " + pid + ": passed over; the images say which tree it is"));
        RestoreOptions how = withMasters(EngineOptions.restore(options, plugins));
        WorkDirectories.requireReadable(options.directories());
        stages.reach(Stage.PRE_RESTORE);
        if (options.processor().image()) {
            CpuInfoRun.check(options);
        }
        RestoredTree tree = Restorer.restore(options.directories().images(), how, namespaces());
        rootPid = tree.rootPid();
        Map<Integer, Integer> threads = tree.threads();
        root = resumed(tree, plugins);
        tree.warnings().forEach(log::warn);
        tree.steps().forEach(this::report);
        threads.forEach(this::report);
        log.info("Restore finished successfully. Tasks resumed.");
        stages.reach(Stage.POST_RESUME, rootPid);
        if (options.logging().statistics()) {
            System.out.print(tree.stats());
        }
    }

    private RestoreOptions withMasters(RestoreOptions how) {
        return stages.allowsOrphanTerminals()
                ? how.withFiles(how.files().withMasters(stages::takeOrphanTerminal))
                : how;
    }

    private NamespaceListener namespaces() {
        return new NamespaceListener() {
            @Override
            public void made(int pid) throws IOException {
                stages.reach(Stage.SETUP_NAMESPACES, pid);
            }

            @Override
            public void filled(int pid) throws IOException {
                stages.reach(Stage.POST_SETUP_NAMESPACES, pid);
            }
        };
    }

    /** Becomes the command that is to be its parent, or waits for the end of the root, unless it is to be left alone; gives its pid. */
    int await() throws IOException {
        if (!options.tree().command().isEmpty()) {
            ThisProcess.become(options.tree().command());
        }
        try (ProcessWatch watched = root) {
            if (!options.tree().detached()) {
                watched.awaitEnd();
            }
            return rootPid;
        }
    }

    private ProcessWatch resumed(RestoredTree tree, List<Plugin> plugins) throws IOException {
        ProcessWatch watch = null;
        boolean named = false;
        try {
            watch = ProcessWatch.of(rootPid);
            tree.writeStats(options.directories().work());
            if (pidfile.isPresent()) {
                Pidfile.write(pidfile.get(), rootPid);
                named = true;
            }
            stages.reach(Stage.POST_RESTORE, rootPid);
            if (tree.ownsNetwork()) {
                stages.reach(Stage.NETWORK_UNLOCK, rootPid);
            }
            stages.reach(Stage.PRE_RESUME, rootPid);
            Plugins.each(plugins, tree.threads().keySet(), Plugin::resumeDevices);
            tree.resume();
            return watch;
        } catch (IOException | RuntimeException e) {
            tree.kill();
            if (watch != null) {
                watch.close();
            }
            if (named) {
                Pidfile.remove(pidfile.get());
            }
            throw e;
        }
    }

    /** The tree runs by now, so that a log which can not be written must not make a failure of it. */
    private void report(int pid, int count) {
        try {
            log.task(pid, "restored with " + count + (count == 1 ? " thread" : " threads"));
        } catch (IOException e) {
            log.warn(e.getMessage());
        }
    }

    private void report(StepTime step) {
        log.debug(String.format(Locale.ROOT, "%-24s %8.2f ms", step.name(), step.nanos() / NANOS_PER_MILLI));
    }
}
