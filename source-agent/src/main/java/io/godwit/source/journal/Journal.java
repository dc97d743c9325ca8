package io.godwit.source.journal;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.freeze.TaskIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The journal of one migration: a file that is there from before the first round until all is over, so that what is left
 * of a migration whose agent was killed can be found and put right ({@code godwit recover}). It need not outlive the host, since
 * neither does the tree. Each state replaces the one before as a whole.
 */
public final class Journal {
    private final Path file;
    private JournalEntry entry;

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

    /** Says something else from now on; if that fails, it says what it said before. */
    public void write(JournalEntry next) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.writeString(draft, next.text(), StandardCharsets.UTF_8);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the journal " + file + " can not be replaced", e);
        } catch (IOException e) {
            throw new IOException("cannot write the journal " + draft + ": " + e.getMessage(), e);
        }
        entry = next;
    }

    /** The migration failed, and the tree runs on here; what was to be ended here after a commit stays written down. */
    public void giveUp() throws IOException {
        if (entry.state() != JournalEntry.State.COMMITTED) {
            remove();
        }
    }

    /** All is over. */
    public void remove() throws IOException {
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
