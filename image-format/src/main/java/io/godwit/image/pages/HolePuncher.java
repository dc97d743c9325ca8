package io.godwit.image.pages;

import java.io.IOException;
import java.nio.file.Path;

/** Frees the blocks of a range of a file, which then reads as zeros; its size stays. */
@FunctionalInterface
public interface HolePuncher {
    /** Frees a range. */
    void punch(Path file, long offset, long bytes) throws IOException;

    /** Frees nothing. */
    HolePuncher NONE = (file, offset, bytes) -> {};
}
