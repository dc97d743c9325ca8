package io.godwit.cli.image;

import io.godwit.image.show.DescriptorReport;
import io.godwit.image.show.MappingReport;
import io.godwit.image.show.ProcessReport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code godwit image}, which gathers the commands that read image files. */
@Command(
        name = "image",
        mixinStandardHelpOptions = true,
        header = "Read image files: show, info, ps, fds, mems, verify.",
        description = "Each command has its own --help.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:a file can not be read or is damaged, or images do not fit together",
            "2:an option or argument can not be used"
        },
        subcommands = {ShowCommand.class, InfoCommand.class, VerifyCommand.class})
public final class ImageCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** The command with all its sub-commands. */
    public static CommandLine commandLine() {
        CommandLine image = new CommandLine(new ImageCommand());
        add(
                image,
                "ps",
                "List the processes in a directory of images, as a tree.",
                new ReportCommand(new ProcessReport()));
        add(image, "fds", "List the open files of each process.", new ReportCommand(new DescriptorReport()));
        add(image, "mems", "List the mappings of each process.", new ReportCommand(new MappingReport()));
        return image;
    }

    private static void add(CommandLine image, String name, String header, ReportCommand command) {
        CommandLine line = new CommandLine(command);
        line.getCommandSpec().usageMessage().header(header);
        image.addSubcommand(name, line);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getErr());
        throw new ParameterException(spec.commandLine(), "name a command, such as 'godwit image show'");
    }
}
