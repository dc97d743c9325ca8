package io.godwit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.CommandLine;

/** Writes the manual pages and the shell completion into the build directory. Run by the build. */
final class Documents {
    private Documents() {}

    public static void main(String[] arguments) throws IOException {
        write(Path.of(arguments[0]), Godwit.commandLine(Commands.all()));
    }

    static void write(Path directory, CommandLine godwit) throws IOException {
        Path manuals = Files.createDirectories(directory.resolve("man/man1"));
        writeManuals(manuals, godwit);
        Path completion = Files.createDirectories(directory.resolve("completion"));
        Files.writeString(completion.resolve("godwit.bash"), AutoComplete.bash("godwit", godwit));
    }

    private static void writeManuals(Path directory, CommandLine command) throws IOException {
        ManualPage page = new ManualPage(command);
        Files.writeString(directory.resolve(page.name() + ".1"), page.roff());
        for (CommandLine child : command.getSubcommands().values()) {
            if (!child.getCommandSpec().helpCommand()) {
                writeManuals(directory, child);
            }
        }
    }
}
