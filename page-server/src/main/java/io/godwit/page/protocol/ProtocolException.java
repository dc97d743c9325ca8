package io.godwit.page.protocol;

import java.io.IOException;

/** The other side said something that the protocol does not allow. */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message);
    }
}
