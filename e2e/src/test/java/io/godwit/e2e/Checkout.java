package io.godwit.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where things lie in the checkout that is being tested. */
public final class Checkout {
    private Checkout() {}

    /** The directory with {@code deploy/godwit} in it, found upward from the working directory. */
    public static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.isExecutable(directory.resolve("deploy/godwit"))) {
            directory = directory.getParent();
        }
        if (directory == null) {
            throw new IllegalStateException("not in a checkout of Godwit: no deploy/godwit above "
                    + Path.of("").toAbsolutePath());
        }
        return directory;
    }

    public static Path file(String name) {
        return root().resolve(name);
    }
}
