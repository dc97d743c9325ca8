package io.godwit.image;

import java.io.IOException;

/** An image file that can not be read or written; the message names the file and what to do. */
public final class ImageException extends IOException {
    private static final long serialVersionUID = 1L;

    public ImageException(String message) {
        super(message);
    }

    public ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
