package io.godwit.linux.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileRightsIT {
    private static final int USER = 12345;

    @TempDir
    private Path directory;

    @Test
    void aThreadReachesOnlyWhatItsUserMay() throws Exception {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path secret = Files.writeString(directory.resolve("secret"), "of root");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));

        Path made = inThread(() -> {
            FileRights.assume(USER, USER + 1, new int[] {USER + 2});
            assertThat(reads(secret)).isFalse();
            return Files.createFile(open.resolve("made"));
        });

        assertThat(Files.getAttribute(made, "unix:uid")).isEqualTo(USER);
        assertThat(Files.getAttribute(made, "unix:gid")).isEqualTo(USER + 1);
        assertThat(reads(secret)).as("this thread is root as before").isTrue();
    }

    private static boolean reads(Path file) throws IOException {
        try {
            Files.readString(file);
            return true;
        } catch (AccessDeniedException e) {
            return false;
        }
    }

    private static <T> T inThread(Callable<T> action) throws Exception {
        FutureTask<T> task = new FutureTask<>(action);
        Thread thread = new Thread(task);
        thread.start();
        thread.join();
        return task.get();
    }
}
