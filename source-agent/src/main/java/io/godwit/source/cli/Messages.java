package io.godwit.source.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Words for a failure. Godwit's own exceptions say all; those of the JDK often hold just a path. */
public final class Messages {
    private Messages() {}

    /** In one line. */
    public static String of(IOException failure) {
        String message = failure.getMessage();
        if (failure instanceof NoSuchFileException) {
            return message + ": no such file or directory";
        }
        if (failure instanceof AccessDeniedException) {
            return message + ": permission denied";
        }
        if (failure instanceof FileSystemException file && file.getReason() == null) {
            return message + ": " + failure.getClass().getSimpleName();
        }
        if (message == null || message.isBlank()) {
            return failure.getClass().getSimpleName();
        }
        return failure instanceof ConnectException ? "cannot connect: " + message : message;
    }
}
