package io.godwit.image;

import java.io.IOException;
import java.nio.file.Path;

/** The image files of one snapshot, wherever they are kept. */
public interface Images {
    /** Where the snapshot's pages are, and the link to its parent. Messages name images by paths in it. */
    Path directory();

    /** Whether there is a file of this name. */
    boolean has(String fileName);

    /**
     * All bytes of a file, which are not to be changed.
     *
     * @throws IOException if it is not there, or can not be read; the message names it
     */
    byte[] read(String fileName) throws IOException;

    /** The files of a directory. */
    static Images in(Path directory) {
        return new DirectoryImages(directory);
    }
}
