package io.godwit.source.collect;

import java.io.IOException;

/** Is told of each TCP connection that a tree has. */
interface ConnectionSink {
    /** @param file the id of its file */
    void add(int file, OpenFile open) throws IOException;
}
