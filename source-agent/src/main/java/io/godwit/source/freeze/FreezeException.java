package io.godwit.source.freeze;

import java.io.IOException;

/** The tree could not be made to stand still; it runs on. */
public class FreezeException extends IOException {
    private static final long serialVersionUID = 1L;

    public FreezeException(String message) {
        super(message);
    }
}
