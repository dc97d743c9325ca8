package io.godwit.criu.rpc;

import java.io.IOException;

/** A packet that is no request; CRIU's protocol has no answer to it, and the connection ends. */
final class MalformedRequestException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedRequestException(String message) {
        super(message);
    }
}
