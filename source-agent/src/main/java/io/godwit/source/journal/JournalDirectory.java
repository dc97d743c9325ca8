package io.godwit.source.journal;

import io.godwit.linux.file.PrivateDirectory;
import io.godwit.linux.net.HostAddress;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.freeze.TaskIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the journals of this host's migrations are. Those of other pid namespaces may lie beside them, and are left alone. */
public final class JournalDirectory {
    private static final String VARIABLE = "GODWIT_JOURNAL";
    private static final String SUFFIX = ".journal";

    private static final String ADVICE =
            "; let it be read and written, or name another directory by the environment variable " + VARIABLE;

    private final Path directory;

    /** There; it is made when the first journal is begun. */
    public JournalDirectory(Path directory) {
        this.directory = directory;
    }

    /** {@code /run/godwit}, which is empty after a boot; or what the environment names, for users who may not write there. */
    public static JournalDirectory ofThisHost() {
        return new JournalDirectory(Path.of(System.getenv().getOrDefault(VARIABLE, "/run/godwit")));
    }

    /**
     * A new directory within this one, where nobody looks for journals: what can be written there can be written here. {@link #remove} is to
     * follow; what is left of those of agents that were killed goes now.
     */
    public JournalDirectory forRehearsal() throws IOException {
        make();
        try {
            rehearsals().removeLeft();
            return new JournalDirectory(rehearsals().create(thisProcess()));
        } catch (IOException e) {
            throw unkept(e);
        }
    }

    /** Where it is. */
    public Path path() {
        return directory;
    }

    /** Removes the directory, in which no journal is left. */
    public void remove() throws IOException {
        Files.deleteIfExists(directory);
    }

    private void make() throws IOException {
        try {
            PrivateDirectory.make(directory);
        } catch (IOException e) {
            throw unkept(e);
        }
    }

    private IOException unkept(IOException e) {
        return new IOException(
                "the journal of the migration can not be kept in " + directory + ": " + e.getMessage() + ADVICE, e);
    }

    /**
     * Begins a journal, at the state {@link JournalEntry.State#MOVING}.
     *
     * @param addresses that go with the tree
     * @throws IOException if it can not be written, or a migration of this tree has not been put right
     */
    public Journal begin(int root, String target, List<HostAddress> addresses) throws IOException {
        requireNone(root);
        JournalEntry entry = new JournalEntry(
                JournalEntry.State.MOVING,
                thisProcess(),
                namespace(),
                target,
                identity(root),
                List.of(),
                false,
                addresses);
        make();
        Journal journal = new Journal(directory.resolve(name(root)), entry);
        try {
            journal.write(entry);
        } catch (IOException e) {
            throw new IOException(e.getMessage() + ADVICE, e);
        }
        return journal;
    }

    /**
     * Passes if there is nothing to put right of an earlier migration of a tree.
     *
     * @throws IOException if there is, or one is going on
     */
    public void requireNone(int root) throws IOException {
        Optional<Journal> earlier = find(root);
        if (earlier.isPresent()) {
            throw new IOException("an earlier migration of process " + root
                    + (earlier.get().agentLives() ? " is going on" : " did not come to its end")
                    + "; see godwit recover");
        }
    }

    /** The journal of a tree, by the pid of its root. */
    public Optional<Journal> find(int root) throws IOException {
        return needed(directory.resolve(name(root)));
    }

    /** Those of trees that there still are something of; the others are removed, and so is what is left of rehearsals. */
    public List<Journal> all() throws IOException {
        rehearsals().removeLeft();
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            String own = suffix();
            files = entries.filter(file -> file.getFileName().toString().endsWith(own))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new IOException("cannot look for journals in " + directory + ": " + e + ADVICE, e);
        }
        List<Journal> journals = new ArrayList<>();
        for (Path file : files) {
            needed(file).ifPresent(journals::add);
        }
        return journals;
    }

    /** Another agent may have come to its end meanwhile, and its journal be gone. */
    private static Optional<Journal> needed(Path file) throws IOException {
        Optional<Journal> journal = read(file);
        if (journal.isPresent()
                && !journal.get().agentLives()
                && !leaves(journal.get().entry())) {
            journal.get().remove();
            return Optional.empty();
        }
        return journal;
    }

    /** A lock stays when the tree is gone, and after the commit addresses do; before it nothing else is left. */
    private static boolean leaves(JournalEntry entry) {
        return entry.locked()
                || entry.state() != JournalEntry.State.MOVING
                        && !entry.addresses().isEmpty()
                || entry.tasks().stream().anyMatch(task -> Journal.lives(task.identity()));
    }

    private static Optional<Journal> read(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IOException("cannot read the journal " + file + ": " + e + ADVICE, e);
        }
        try {
            return Optional.of(new Journal(file, JournalEntry.parse(text)));
        } catch (IOException e) {
            throw new IOException("cannot read the journal " + file + ": " + e.getMessage(), e);
        }
    }

    private RehearsalDirectories rehearsals() throws IOException {
        return new RehearsalDirectories(directory, namespaceNumber());
    }

    private static TaskIdentity thisProcess() throws IOException {
        return identity((int) ProcessHandle.current().pid());
    }

    private static TaskIdentity identity(int pid) throws IOException {
        return new TaskIdentity(pid, ProcDirectory.process(pid).stat().startTime());
    }

    private static String namespace() throws IOException {
        return ProcDirectory.own().link("ns/pid");
    }

    private static String namespaceNumber() throws IOException {
        return namespace().replaceAll("[^0-9]", "");
    }

    /** Pids are those of a namespace, and others have the same. */
    private static String name(int root) throws IOException {
        return root + suffix();
    }

    private static String suffix() throws IOException {
        return "-" + namespaceNumber() + SUFFIX;
    }
}
