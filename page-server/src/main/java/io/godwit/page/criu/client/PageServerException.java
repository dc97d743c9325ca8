package io.godwit.page.criu.client;

import java.io.IOException;

/** The page server can not be reached, went away, or did not do what was asked. */
public final class PageServerException extends IOException {
    private static final long serialVersionUID = 1L;

    PageServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
