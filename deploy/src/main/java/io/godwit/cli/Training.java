package io.godwit.cli;

import io.godwit.criu.Criu;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.migrate.Migrator;
import io.godwit.target.receive.Rehearsal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

/** Goes through what both sides of a migration do, for the list of classes that they load. Run by the build. */
final class Training {
    private Training() {}

    public static void main(String[] arguments) throws IOException {
        CommandLine godwit = Godwit.commandLine(Commands.all());
        godwit.getUsageMessage();
        for (CommandLine command : godwit.getSubcommands().values()) {
            command.getUsageMessage();
        }
        Path directory = Files.createTempDirectory("godwit-training-");
        try {
            Migrator.rehearse(new JournalDirectory(directory));
            Criu.rehearse(directory);
            Rehearsal.run(directory);
        } finally {
            Files.delete(directory);
        }
    }
}
