package io.godwit.source.collect;

import io.godwit.image.proto.FileEntry;
import java.io.IOException;

/** Knows one kind of open file. */
interface FileCollector {
    /** Whether a descriptor is of this kind. */
    boolean accepts(OpenFile file);

    /**
     * Fills in the type and the entry of the kind; the id is there already.
     *
     * @throws CannotMoveException if this one can not be moved yet
     */
    void collect(OpenFile file, FileEntry.Builder entry) throws IOException;
}
