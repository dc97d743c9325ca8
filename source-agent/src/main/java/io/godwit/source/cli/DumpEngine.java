package io.godwit.source.cli;

import io.godwit.source.options.DumpOptions;
import java.io.IOException;

/** Writes a tree to image files. */
@FunctionalInterface
public interface DumpEngine {
    /**
     * Returns when all images are complete.
     *
     * @throws IOException if anything failed; the tree runs on
     */
    void run(DumpOptions options) throws IOException;
}
