package io.godwit.page.server;

import java.io.IOException;

/** The tree could not be let run, and none of it has run: it still can be given up. */
public final class NotResumedException extends IOException {
    private static final long serialVersionUID = 1L;

    public NotResumedException(String message, Throwable cause) {
        super(message, cause);
    }
}
