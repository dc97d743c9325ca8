package io.godwit.page.client;

import java.io.IOException;

/** The target refused or failed, or the connection to it did. */
public class TargetException extends IOException {
    private static final long serialVersionUID = 1L;

    public TargetException(String message) {
        super(message);
    }

    public TargetException(String message, Throwable cause) {
        super(message, cause);
    }
}
