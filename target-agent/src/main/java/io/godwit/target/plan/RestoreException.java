package io.godwit.target.plan;

import java.io.IOException;

/** Why a tree can not be restored, and what to do about it. */
public final class RestoreException extends IOException {
    private static final long serialVersionUID = 1L;

    public RestoreException(String message) {
        super(message);
    }

    public RestoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
