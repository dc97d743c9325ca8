package io.godwit.target.restore;

import java.nio.file.Path;

/**
 * What a restore says to the program that fills memory afterwards, as CRIU has it: for each task its pid and then a userfaultfd of it,
 * for a zombie its pid negated, and a word at the end.
 */
public final class FillerProtocol {
    /** Said when the tree is restored. */
    public static final int RESTORED = 0x52535446;

    private FillerProtocol() {}

    /** Where the program listens. */
    public static Path socket(Path workDirectory) {
        return workDirectory.resolve("lazy-pages.socket");
    }
}
