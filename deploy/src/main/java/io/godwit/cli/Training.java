package io.godwit.cli;

import io.godwit.criu.Criu;
import io.godwit.criu.Sleeper;
import io.godwit.source.cli.MigrateCommand;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.migrate.Migrator;
import io.godwit.source.migrate.Nowhere;
import io.godwit.target.receive.Rehearsal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
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
            migrate(directory);
            migrate(directory, "--json");
            Criu.rehearse(directory);
            Rehearsal.run(directory);
        } finally {
            Files.delete(directory);
        }
    }

    /** As the user's command line does it, but to nowhere. Without the rights for it some of the way is gone. */
    private static void migrate(Path directory, String... options) throws IOException {
        try (Sleeper sleeper = Sleeper.start();
                Nowhere nowhere = Nowhere.start(directory)) {
            Stream<String> words =
                    Stream.of("migrate", "" + sleeper.pid(), "--to", "127.0.0.1:" + nowhere.port(), "--insecure");
            Godwit.commandLine(List.of(new MigrateCommand(new Migrator(new JournalDirectory(directory)))))
                    .setOut(new PrintWriter(Writer.nullWriter()))
                    .setErr(new PrintWriter(Writer.nullWriter()))
                    .execute(Stream.concat(words, Stream.of(options)).toArray(String[]::new));
        }
    }
}
