package io.godwit.page.criu.server;

import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.nio.file.FileSystemException;

/** Says in words what went wrong. */
final class Failure {
    private Failure() {}

    static String words(Throwable failure) {
        Throwable root = failure;
        if (failure instanceof NotSslRecordException || failure.getCause() instanceof NotSslRecordException) {
            // its message has all that came in it
            return "what came is no TLS record; is --tls given on both sides?";
        }
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
