package io.godwit.source.migrate;

import io.godwit.source.collect.TcpConnections;
import io.godwit.source.freeze.FrozenTree;
import io.godwit.source.journal.Journal;
import io.godwit.source.journal.JournalEntry;
import java.io.IOException;
import java.util.List;

/** A migration's journal from the freeze on. */
record TreeRecord(Journal journal, FrozenTree tree, TcpConnections connections) implements Handover.Record {
    @Override
    public void prepare() throws IOException {
        List<JournalEntry.Task> tasks = tree.alive().stream()
                .map(task -> new JournalEntry.Task(task.identity(), task.stopped()))
                .toList();
        journal.draft(
                journal.entry().with(tasks, !connections.removal().isEmpty()).with(JournalEntry.State.COMMITTING));
    }

    @Override
    public void committing() throws IOException {
        journal.publish();
    }

    @Override
    public void committed() throws IOException {
        journal.write(journal.entry().with(JournalEntry.State.COMMITTED));
    }

    @Override
    public void over() throws IOException {
        journal.remove();
    }

    @Override
    public String putRight() {
        String command = "godwit recover " + journal.root();
        return "; or all of that at once: if it runs there, " + command + " --there, and if not, " + command
                + " --here";
    }
}
