package io.godwit.target.restore;

import io.godwit.target.plan.Snapshot;
import java.io.IOException;

/** Opens all file objects of one kind. */
interface KindRestorer {
    /** Puts a descriptor into the table for each file object of this kind. */
    void restore(Snapshot snapshot, FileTable table) throws IOException;

    /** Whether it makes sockets, which belong to a network namespace. */
    default boolean connects() {
        return false;
    }
}
