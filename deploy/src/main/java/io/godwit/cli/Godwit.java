package io.godwit.cli;

import io.godwit.source.cli.DumpCommand;
import io.godwit.source.dump.Dumper;
import io.godwit.target.cli.RestoreCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code godwit} command. */
@Command(
        name = "godwit",
        mixinStandardHelpOptions = true,
        version = "godwit 0.1.0",
        header = "Moves a running Linux process tree from one host to another.",
        synopsisSubcommandLabel = "COMMAND")
public final class Godwit {
    private static final int FAILED = 1;

    private Godwit() {}

    /** The command with all of its sub-commands. */
    public static CommandLine commandLine() {
        CommandLine godwit = new CommandLine(new Godwit());
        godwit.addSubcommand(new DumpCommand(new Dumper()));
        godwit.addSubcommand(new RestoreCommand());
        godwit.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("godwit: " + failure.getMessage());
            if (System.getenv("GODWIT_DEBUG") != null) {
                failure.printStackTrace(command.getErr());
            }
            return FAILED;
        });
        return godwit;
    }

    /** Runs one command and ends with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }
}
