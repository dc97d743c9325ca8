package io.godwit.page.criu.server;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** Says in words what went wrong. */
final class Failure {
    private Failure() {}

    static String words(Throwable failure) {
        Throwable root = failure;
        while (!(root instanceof IOException) && root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof FileSystemException file && file.getReason() == null) {
            return file.getMessage() + ": " + file.getClass().getSimpleName();
        }
        String message = root.getMessage();
        if (message == null) {
            return root.getClass().getSimpleName();
        }
        return root instanceof IOException ? message : root.getClass().getSimpleName() + ": " + message;
    }
}
