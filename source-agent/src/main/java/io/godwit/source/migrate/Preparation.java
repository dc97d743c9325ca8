package io.godwit.source.migrate;

import io.godwit.page.protocol.HostCost;
import io.godwit.source.dump.PageDumper;
import io.godwit.source.journal.JournalDirectory;
import io.godwit.source.track.Tracking;
import java.io.IOException;

/** What is done before a migration for its code to be loaded and compiled when the tree stands still. */
@FunctionalInterface
public interface Preparation {
    /** Before each migration. */
    Preparation EACH_TIME = (dumper, tracking, journals) -> new Rehearsal(dumper, tracking, journals).run();

    /**
     * Does it, unless it was done before.
     *
     * @param journals those of this host
     * @return what this host needs for a tree that stands still
     */
    HostCost run(PageDumper dumper, Tracking tracking, JournalDirectory journals) throws IOException;

    /** Before the first of all migrations that have it. */
    static Preparation once() {
        return new PreparedOnce();
    }
}
