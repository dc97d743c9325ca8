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
import java.io.StringWriter;
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
            Criu.rehearse(directory);
            Rehearsal.run(directory);
            tell(migrate(directory));
            tell(migrate(directory, "--json"));
        } finally {
            Files.delete(directory);
        }
    }

    private static void tell(String failure) {
        if (!failure.isEmpty()) {
            System.err.println("training: the migration failed: " + failure);
        }
    }

    /**
     * As the user's command line does it, but to nowhere. Without the rights for it some of the way is gone.
     *
     * @return what it said if it failed; else nothing
     */
    static String migrate(Path directory, String... options) throws IOException {
        StringWriter said = new StringWriter();
        try (Sleeper sleeper = Sleeper.start();
                Nowhere nowhere = Nowhere.start(directory)) {
            Stream<String> words =
                    Stream.of("migrate", "" + sleeper.pid(), "--to", "127.0.0.1:" + nowhere.port(), "--insecure");
            int code = Godwit.commandLine(List.of(new MigrateCommand(new Migrator(new JournalDirectory(directory)))))
                    .setOut(new PrintWriter(said))
                    .setErr(new PrintWriter(said))
                    .execute(Stream.concat(words, Stream.of(options)).toArray(String[]::new));
            return code == 0 ? "" : said.toString();
        }
    }
}
