package io.godwit.source.journal;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.freeze.TaskIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The journal of one migration: a file that is there from before the first round until all is over, so that what is left
 * of a migration whose agent was killed can be found and put right ({@code godwit recover}). It need not outlive the host, since
 * neither does the tree. Each state replaces the one before as a whole.
 */
public final class Journal {
    private final Path file;
    private JournalEntry entry;
    /** What the file beside it holds; null if nothing of use. */
    private JournalEntry draft;

    private boolean kept;

    Journal(Path file, JournalEntry entry) {
        this.file = file;
        this.entry = entry;
    }

    /** What it says. */
    public JournalEntry entry() {
        return entry;
    }

    /** The name by which it is found again: the root's pid. */
    public int root() {
        return entry.root().pid();
    }

    /** Where it is. */
    public Path file() {
        return file;
    }

    /** The tree is frozen from now on, and its connections may be locked. */
    public void freezing(boolean locks) throws IOException {
        if (locks) {
            write(entry.with(List.of(), true));
        }
    }

    /** The tree's connections could not be let go on, so that this is still needed when the migration is given up. */
    public void keep() {
        kept = true;
    }

    /** Says something else from now on; if that fails, it says what it said before. */
    public void write(JournalEntry next) throws IOException {
        draft(next);
        publish();
    }

    /** Writes down, for nobody to read yet, what {@link #publish} says later; it takes the place of an earlier draft. */
    public void draft(JournalEntry next) throws IOException {
        draft = null;
        try {
            Files.writeString(draftFile(), next.text(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IOException("cannot write the journal " + draftFile() + ": " + e.getMessage(), e);
        }
        draft = next;
    }

    /** Says from now on what was written down by {@link #draft}; if that fails, it says what it said before. */
    public void publish() throws IOException {
        try {
            Files.move(draftFile(), file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the journal " + file + " can not be replaced", e);
        } catch (IOException e) {
            throw new IOException("cannot write the journal " + file + ": " + e.getMessage(), e);
        }
        entry = draft;
        draft = null;
    }

    private Path draftFile() {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    /** The migration failed, and the tree runs on here; what has to be put right, or to be ended after a commit, stays written down. */
    public void giveUp() throws IOException {
        if (entry.state() == JournalEntry.State.COMMITTED) {
            return;
        }
        if (kept) {
            write(entry.with(entry.tasks(), true).with(JournalEntry.State.MOVING));
        } else {
            remove();
        }
    }

    /** All is over. */
    public void remove() throws IOException {
        Files.deleteIfExists(draftFile());
        Files.deleteIfExists(file);
    }

    /** Whether the process that does the migration still does. */
    public boolean agentLives() {
        return lives(entry.agent());
    }

    /** Whether the process of that pid is this one, and has not ended. */
    static boolean lives(TaskIdentity task) {
        try {
            var stat = ProcDirectory.process(task.pid()).stat();
            return stat.startTime() == task.startTime() && !stat.zombie();
        } catch (IOException e) {
            return false;
        }
    }
}
