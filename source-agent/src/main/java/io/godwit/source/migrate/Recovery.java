package io.godwit.source.migrate;

import io.godwit.linux.net.NetworkLock;
import io.godwit.source.cli.RecoveryEngine;
import io.godwit.source.journal.Journal;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.journal.JournalEntry;
import io.godwit.source.journal.JournalEntry.State;
import io.godwit.source.journal.LeftTree;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;

/** {@code godwit recover}: puts right what is left of a migration whose agent was killed, or could not know its outcome. */
public final class Recovery implements RecoveryEngine {
    private final JournalDirectory directory;

    public Recovery(JournalDirectory directory) {
        this.directory = directory;
    }

    @Override
    public List<String> list() throws IOException {
        return directory.all().stream().map(Recovery::describe).toList();
    }

    private static String describe(Journal journal) {
        JournalEntry entry = journal.entry();
        String words = "process " + journal.root() + " to " + entry.target() + ": ";
        String command = "godwit recover " + journal.root();
        if (journal.agentLives()) {
            return words + "being moved by process " + entry.agent().pid();
        }
        return words
                + switch (entry.state()) {
                    case MOVING ->
                        "the migration ended before the commit, so the tree is here; its connections may be locked; "
                                + command + " --here";
                    case COMMITTING ->
                        "it is not known whether the target has let the tree run; it is stopped here; look at the"
                                + " target: if process " + journal.root() + " runs there, " + command
                                + " --there; if it is there but stands still, end the target agent first (kill -KILL);"
                                + " if it is not there, " + command + " --here";
                    case COMMITTED ->
                        "the tree runs at the target, and what is left of it here is to be ended; " + command
                                + " --there";
                };
    }

    @Override
    public void here(int root) throws IOException {
        Journal journal = ended(root);
        JournalEntry entry = journal.entry();
        if (entry.state() == State.COMMITTED) {
            throw new IOException("the target has said that process " + root
                    + " runs there, so it must not run here too; godwit recover " + root + " --there");
        }
        LeftTree tree = new LeftTree(entry);
        if (entry.locked()) {
            tree.revive();
            new NetworkLock(root).open();
        }
        tree.goOn();
        journal.remove();
    }

    @Override
    public List<String> there(int root) throws IOException {
        Journal journal = ended(root);
        JournalEntry entry = journal.entry();
        if (entry.state() == State.MOVING) {
            throw new IOException("the target was never asked to let process " + root
                    + " run, so it is only here; godwit recover " + root + " --here");
        }
        LeftTree tree = new LeftTree(entry);
        refuseIfHere(journal, tree);
        if (entry.locked()) {
            tree.silence();
        }
        tree.kill();
        List<String> left = Departure.of(entry).go();
        if (left.isEmpty()) {
            journal.remove();
        }
        return left;
    }

    /** Every process was stopped before the target was asked: who runs here was let go on by somebody, who may have had a reason. */
    private static void refuseIfHere(Journal journal, LeftTree tree) throws IOException {
        JournalEntry entry = journal.entry();
        OptionalInt running = tree.running();
        if (running.isPresent()) {
            throw new IOException("process " + running.getAsInt() + " runs here"
                    + (entry.state() == State.COMMITTING
                            ? "; if that is right, godwit recover " + journal.root()
                                    + " --here; if the tree runs at the target, stop it here first (kill -STOP)"
                            : ", and the target has said that the tree runs there; see which of the two is to stay: it"
                                    + " must run on one host only; stop it here (kill -STOP) to have it ended, or end"
                                    + " it there and remove the journal " + journal.file()));
        }
        if (!entry.addresses().isEmpty() && tree.replaced()) {
            throw new IOException("process " + journal.root() + " is not the one that was to be moved, but a later one;"
                    + " if that is the tree, come back, its addresses belong here: remove the journal " + journal.file()
                    + "; if not, take from this host by hand what moved, and then remove it");
        }
    }

    private Journal ended(int root) throws IOException {
        Journal journal = directory
                .find(root)
                .orElseThrow(() -> new IOException("there is nothing to put right of a migration of process " + root));
        if (journal.agentLives()) {
            throw new IOException("process " + root + " is being moved by process "
                    + journal.entry().agent().pid() + ", which has to end first");
        }
        return journal;
    }
}
