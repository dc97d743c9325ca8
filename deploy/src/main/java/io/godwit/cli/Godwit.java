package io.godwit.cli;

import io.godwit.criu.Criu;
import io.godwit.criu.Manner;
import io.godwit.source.cli.ExitCode;
import io.godwit.source.cli.ShortErrors;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code godwit} command. */
@Command(
        name = "godwit",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = HelpCommand.class,
        header = "Move a running Linux process tree to another host.",
        description = "Each command has its own --help.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:it failed or was refused", "2:an option or argument can not be used"})
public final class Godwit implements Runnable {
    @Spec
    private CommandSpec spec;

    Godwit() {}

    public static void main(String[] arguments) {
        if (Version.isAll(arguments)) {
            System.out.println(new Version().getVersion()[0]);
            return;
        }
        System.exit(run(arguments));
    }

    /** A daemon that was told to stop has done what it should. */
    static void stopped() {
        Runtime.getRuntime().halt(ExitCode.DONE);
    }

    private static int run(String[] arguments) {
        if (Criu.takes(arguments)) {
            return Criu.run(Manner.GODWIT, List.of(arguments));
        }
        CommandLine godwit = commandLine(Commands.calledBy(arguments));
        return LoggedCommand.takes(arguments)
                ? new LoggedCommand(godwit, System.getenv(), System.out, System.err).run(List.of(arguments))
                : godwit.execute(arguments);
    }

    /** The command with these sub-commands, each an object with picocli's annotations or a specification. */
    static CommandLine commandLine(List<Object> commands) {
        CommandLine line = new CommandLine(new Godwit());
        for (Object command : commands) {
            if (command instanceof CommandSpec spec) {
                line.addSubcommand(spec.name(), spec);
            } else {
                line.addSubcommand(command);
            }
        }
        return line.setParameterExceptionHandler(new ShortErrors())
                .setExecutionExceptionHandler(new OneMessage(System.getenv("GODWIT_DEBUG") != null));
    }

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        spec.commandLine().usage(err);
        throw new ParameterException(spec.commandLine(), "name a command, such as 'godwit migrate'");
    }
}
