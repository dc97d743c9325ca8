package io.godwit.criu.run;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuOptions;
import io.godwit.target.restore.ProcessWatch;
import io.godwit.target.restore.RestoreOptions;
import io.godwit.target.restore.RestoredTree;
import io.godwit.target.restore.Restorer;
import io.godwit.target.restore.StepTime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** {@code restore}. */
final class RestoreRun {
    private static final double NANOS_PER_MILLI = 1e6;
    private final CriuLog log;

    RestoreRun(CriuLog log) {
        this.log = log;
    }

    int run(CriuOptions options, Stages stages) throws IOException {
        RestoreOptions restore =
                new RestoreOptions(options.tree().shellJob(), options.memory().autoDedup());
        RestoredTree tree;
        ProcessWatch root;
        try {
            WorkDirectories.requireReadable(options.directories());
            stages.reach(Stage.PRE_RESTORE);
            tree = Restorer.restore(options.directories().images(), restore);
            root = finish(tree, options, stages);
        } catch (IOException | RuntimeException e) {
            log.error(e);
            log.error("Restoring FAILED.");
            throw e;
        }
        try (root) {
            tree.warnings().forEach(log::warn);
            tree.steps().forEach(this::report);
            log.info("Restore finished successfully. Tasks resumed.");
            stages.reach(Stage.POST_RESUME, tree.rootPid());
            if (!options.tree().detached()) {
                root.awaitEnd();
            }
            return tree.rootPid();
        }
    }

    /** From the frozen tree to the running one; when this fails nothing is left. */
    private ProcessWatch finish(RestoredTree tree, CriuOptions options, Stages stages) throws IOException {
        Optional<Path> pidfile =
                options.server().pidfile().map(options.directories().work()::resolve);
        boolean written = false;
        ProcessWatch root = null;
        try {
            root = ProcessWatch.of(tree.rootPid());
            if (pidfile.isPresent()) {
                Pidfile.write(pidfile.get(), tree.rootPid());
                written = true;
            }
            stages.reach(Stage.POST_RESTORE, tree.rootPid());
            stages.reach(Stage.PRE_RESUME, tree.rootPid());
            tree.resume();
            return root;
        } catch (IOException | RuntimeException e) {
            tree.kill();
            if (root != null) {
                root.close();
            }
            if (written) {
                Pidfile.remove(pidfile.get());
            }
            throw e;
        }
    }

    private void report(StepTime step) {
        log.debug(String.format(Locale.ROOT, "%-24s %8.2f ms", step.name(), step.nanos() / NANOS_PER_MILLI));
    }
}
