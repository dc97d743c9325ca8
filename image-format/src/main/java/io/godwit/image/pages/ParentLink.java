package io.godwit.image.pages;

import io.godwit.image.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** The link in a snapshot's directory that names the snapshot before it. */
public final class ParentLink {
    public static final String NAME = "parent";

    private ParentLink() {}

    /**
     * The directory of the snapshot before this one. It is resolved at each step of a chain, as the kernel follows no more than
     * 40 links in one path.
     */
    public static Optional<Path> follow(Path directory) throws IOException {
        Path link = directory.resolve(NAME);
        return Files.isDirectory(link) ? Optional.of(link.toRealPath()) : Optional.empty();
    }

    /**
     * Names the snapshot before this one; a link that is there is replaced.
     *
     * @param parent what the link shall say, relative to the directory
     */
    public static void make(Path directory, Path parent) throws IOException {
        Path target = directory.resolve(parent);
        if (!Files.isDirectory(target)) {
            throw new ImageException(target + ": no such directory; the parent is looked for relative to " + directory);
        }
        if (Files.isSameFile(target, directory)) {
            throw new ImageException(directory + ": can not be its own parent; name the directory of the dump before");
        }
        Path link = directory.resolve(NAME);
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, parent);
    }

    /** Notes that a chain came by here, and fails if it was here before. */
    static void visit(Path directory, Set<Path> seen) throws IOException {
        if (!seen.add(directory.toRealPath())) {
            throw new ImageException(directory + ": is its own parent by a chain of parent links; remake the link "
                    + directory.resolve(NAME));
        }
    }
}
