package io.godwit.linux.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory of this user's. */
public final class PrivateDirectory {
    private PrivateDirectory() {}

    /** Makes it, and those above, with mode 0700 if they are not there; what is there stays as it is. */
    public static void make(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
}
