package io.godwit.source.agent;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.page.client.OutcomeUnknownException;
import io.godwit.source.journal.Journal;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.journal.JournalEntry;
import java.io.IOException;
import java.util.Optional;

/**
 * An agent that has ended, as by a kill, before it told the outcome.
 *
 * @param pid the root of the tree
 * @param agent its pid
 */
record LostAgent(JournalDirectory journals, int pid, String agent) {
    /** What is to be told: the kernel has let the tree go, unless its journal says that it may run at the target. */
    IOException failure() throws IOException {
        String ended = "the source agent (process " + agent + ") has ended before it could tell the outcome; ";
        Optional<Journal> journal = journals.find(pid);
        boolean moving = journal.map(left -> left.entry().state() == JournalEntry.State.MOVING)
                .orElseGet(() -> ProcDirectory.process(pid).exists());
        if (!moving) {
            return new OutcomeUnknownException(
                    ended + "the tree may run at the target: 'godwit recover' tells what to do", null);
        }
        boolean locked = journal.map(left -> left.entry().locked()).orElse(false);
        return new IOException(ended + "process " + pid + " runs on here"
                + (locked ? ", and 'godwit recover " + pid + " --here' lets its connections go on" : ""));
    }
}
