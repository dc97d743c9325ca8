package io.godwit.cli;

import io.godwit.source.cli.MigrateCommand;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.migrate.Dummies;
import io.godwit.source.migrate.Migrator;
import io.godwit.source.migrate.Nowhere;
import io.godwit.source.migrate.Preparation;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code godwit migrate} in a process that has done it before, of a process of its own and to nowhere. For one thread. */
public final class RehearsedMigrations {
    /** The first has the preparation; the others are for what is around it. */
    private static final int TIMES = 20;

    private final Preparation preparation = Preparation.once();

    /**
     * Rehearses.
     *
     * @throws IOException if not even that can be moved from here; with what the user would have been told
     */
    public void rehearse() throws IOException {
        // what is left there by one that is killed is removed by the next
        JournalDirectory aside = JournalDirectory.ofThisHost().forRehearsal();
        try (Dummies dummies = Dummies.open()) {
            for (int i = 0; i < TIMES; i++) {
                toNowhere(aside.path(), dummies, i % 2 == 0 ? List.of() : List.of("--json"));
            }
        }
        try {
            aside.remove();
        } catch (IOException e) {
            // one that failed has left something in it, which the next agent removes
        }
    }

    /** As the user's command line does it, but to nowhere. */
    void toNowhere(Path directory, Dummies dummies, List<String> options) throws IOException {
        dummies.use(dummy -> {
            try (Nowhere nowhere = Nowhere.start(directory)) {
                List<String> words =
                        new ArrayList<>(List.of("" + dummy.pid(), "--to", "127.0.0.1:" + nowhere.port(), "--insecure"));
                words.addAll(options);
                StringWriter said = new StringWriter();
                int code = run(new JournalDirectory(directory), new PrintWriter(said), new PrintWriter(said), words);
                if (code != 0) {
                    throw new IOException("a process of the agent's own could not be moved: "
                            + said.toString().strip());
                }
                return code;
            }
        });
    }

    /**
     * Does one in earnest, with the standard output and error of this process.
     *
     * @param words after {@code godwit migrate}
     * @param charset of both
     * @return the exit code
     */
    public int run(List<String> words, Charset charset) {
        return run(
                JournalDirectory.ofThisHost(),
                writer(FileDescriptor.out, charset),
                writer(FileDescriptor.err, charset),
                words);
    }

    /** Of what the descriptor is now, and not when Java started. */
    private static PrintWriter writer(FileDescriptor descriptor, Charset charset) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), charset), true);
    }

    private int run(JournalDirectory journals, PrintWriter out, PrintWriter err, List<String> words) {
        List<String> all = new ArrayList<>(List.of("migrate"));
        all.addAll(words);
        return Godwit.commandLine(List.of(new MigrateCommand(new Migrator(journals, preparation))))
                .setOut(out)
                .setErr(err)
                .setExpandAtFiles(false)
                .execute(all.toArray(String[]::new));
    }
}
