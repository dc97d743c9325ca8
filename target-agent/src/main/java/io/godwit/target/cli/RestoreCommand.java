package io.godwit.target.cli;

import io.godwit.target.restore.ProcessWatch;
import io.godwit.target.restore.RestoreOptions;
import io.godwit.target.restore.RestoredTree;
import io.godwit.target.restore.Restorer;
import io.godwit.target.restore.StepTime;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code godwit restore -D DIR}, with the option names of CRIU. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Restore a process tree from image files.",
        description = "The tree gets the pids that it had. Without -d the command waits until the root has ended.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the tree runs", "1:it failed, and nothing is left of the tree", "2:an option can not be used"
        })
public final class RestoreCommand implements Callable<Integer> {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final double NANOS_PER_MILLI = 1e6;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-D", "--images-dir"},
            defaultValue = ".",
            paramLabel = "DIR",
            description = "Where the images are (default: the current directory).")
    private Path directory;

    @Option(
            names = {"-W", "--work-dir"},
            paramLabel = "DIR",
            description = "Where the pidfile goes if its path is relative (default: the images' directory).")
    private Path workDirectory;

    @Option(
            names = {"-d", "--restore-detached"},
            description = "Return as soon as the tree runs.")
    private boolean detached;

    @Option(
            names = "--pidfile",
            paramLabel = "FILE",
            description = "Write the pid of the root to a file, which must not exist.")
    private Path pidfile;

    @Option(
            names = {"-j", "--shell-job"},
            description = "Let the tree join this command's session, where its own is not in the tree.")
    private boolean shellJob;

    @Option(names = "--auto-dedup", description = "Free the disk blocks of pages that are in the tree by now.")
    private boolean autoDedup;

    @Option(names = "-v", description = "Say more; may be repeated.")
    private boolean[] verbose = {};

    @Override
    public Integer call() {
        if (!Files.isDirectory(directory)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "'" + directory + "' is not a directory: name the one that a dump was written to by -D");
        }
        PrintWriter err = spec.commandLine().getErr();
        try {
            RestoredTree tree = Restorer.restore(directory, new RestoreOptions(shellJob, autoDedup));
            return run(tree, err);
        } catch (IOException e) {
            err.println("godwit: " + e.getMessage());
            return FAILED;
        }
    }

    private int run(RestoredTree tree, PrintWriter err) throws IOException {
        try (ProcessWatch root = ProcessWatch.of(tree.rootPid())) {
            writePidfile(tree);
            tree.resume();
            tree.warnings().forEach(warning -> err.println("godwit: warning: " + warning));
            if (verbose.length > 0) {
                report(tree, err);
            }
            if (!detached) {
                root.awaitEnd();
            }
            return DONE;
        }
    }

    /** Before the tree runs, so that a file that is there already leaves nothing behind. */
    private void writePidfile(RestoredTree tree) throws IOException {
        if (pidfile == null) {
            return;
        }
        Path file = (workDirectory == null ? directory : workDirectory).resolve(pidfile);
        try {
            Files.writeString(file, Integer.toString(tree.rootPid()), StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            tree.kill();
            throw new IOException(
                    "cannot write the pidfile " + file + "; it must not exist, and its directory must", e);
        }
    }

    private static void report(RestoredTree tree, PrintWriter err) {
        for (StepTime step : tree.steps()) {
            err.printf("%-24s %8.2f ms%n", step.name(), step.nanos() / NANOS_PER_MILLI);
        }
    }
}
