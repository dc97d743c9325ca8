package io.godwit.source.cli;

import io.godwit.source.options.DumpOptions;
import io.godwit.source.options.DumpOptions.After;
import io.godwit.source.options.OptionException;
import io.godwit.source.preflight.TargetPid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code godwit dump -t PID -D DIR}, with the option names of CRIU. */
@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Write a process tree to image files.",
        description = "The files are in CRIU's format. The tree is ended afterwards, unless told otherwise.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the images are complete",
            "1:it failed, and the tree runs on",
            "2:an option or argument can not be used"
        })
public final class DumpCommand implements Callable<Integer> {
    private final DumpEngine engine;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-t", "--tree"},
            required = true,
            paramLabel = "PID",
            description = "The root of the tree.")
    private int pid;

    @Option(
            names = {"-D", "--images-dir"},
            defaultValue = ".",
            paramLabel = "DIR",
            description = "Where the files go (default: the current directory).")
    private Path directory;

    @ArgGroup(exclusive = true)
    private Fate fate = new Fate();

    @Option(
            names = {"-j", "--shell-job"},
            description = "Allow a tree whose session leader is not in it.")
    private boolean shellJob;

    @Option(names = "-v", description = "Say more; may be repeated.")
    private boolean[] verbose = {};

    /** What becomes of the tree. */
    static final class Fate {
        @Option(
                names = {"-R", "--leave-running"},
                description = "Let the tree run on afterwards.")
        boolean leaveRunning;

        @Option(
                names = {"-s", "--leave-stopped"},
                description = "Leave the tree stopped afterwards, as by SIGSTOP.")
        boolean leaveStopped;

        After after() {
            if (leaveRunning) {
                return After.LEAVE_RUNNING;
            }
            return leaveStopped ? After.LEAVE_STOPPED : After.KILL;
        }
    }

    public DumpCommand(DumpEngine engine) {
        this.engine = engine;
    }

    @Override
    public Integer call() {
        DumpOptions options = options();
        try {
            engine.run(options);
            return ExitCode.DONE;
        } catch (IOException e) {
            spec.commandLine().getErr().println("godwit: " + Messages.of(e));
            return ExitCode.FAILED;
        }
    }

    private DumpOptions options() {
        try {
            DumpOptions options = new DumpOptions(pid, directory, fate.after(), shellJob, verbose.length);
            if (!Files.isDirectory(directory)) {
                throw new OptionException(
                        "'" + directory + "' is not a directory: make it first, or name another by -D");
            }
            if (!Files.isWritable(directory)) {
                throw new OptionException("the directory '" + directory + "' can not be written to");
            }
            TargetPid.ofThisHost().require(pid);
            return options;
        } catch (OptionException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
