package io.godwit.page.criu.server;

import io.godwit.image.pages.ParentLink;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the places of sessions: the images directory, or numbered directories in it. */
final class SessionPlaces {
    private final Path base;
    private final Optional<Path> parent;
    private int number = 1;

    SessionPlaces(Path base, Optional<Path> parent) {
        this.base = base;
        this.parent = parent;
    }

    /** The images directory itself. */
    Place whole() {
        return new Place() {
            private boolean linked;

            @Override
            public Path directory() throws IOException {
                if (!linked) {
                    link(base);
                    linked = true;
                }
                return base;
            }

            @Override
            public void discard() {}

            @Override
            public String toString() {
                return base.toString();
            }
        };
    }

    /** A directory with the next number that is free. */
    Place next() {
        return new Place() {
            private Path directory;

            @Override
            public Path directory() throws IOException {
                if (directory == null) {
                    directory = make();
                    link(directory);
                }
                return directory;
            }

            @Override
            public void discard() throws IOException {
                if (directory != null) {
                    remove(directory);
                }
            }

            @Override
            public String toString() {
                return directory == null ? "nowhere" : directory.toString();
            }
        };
    }

    private void link(Path directory) throws IOException {
        if (parent.isPresent()) {
            ParentLink.make(directory, parent.get());
        }
    }

    private synchronized Path make() throws IOException {
        while (true) {
            Path directory = base.resolve(Integer.toString(number++));
            try {
                return Files.createDirectory(directory);
            } catch (FileAlreadyExistsException e) {
                // from an earlier run of the server
                continue;
            }
        }
    }

    private static void remove(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(ParentLink.NAME));
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            // something else was put there, and stays
            return;
        }
    }
}
