package io.godwit.criu.rpc;

import io.godwit.linux.Errno;
import java.io.IOException;

/** A request that is refused; the error number and the message go to the client. */
final class RpcException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Errno errno;

    RpcException(Errno errno, String message) {
        super(message);
        this.errno = errno;
    }

    /** The options of a request can not be used. */
    static RpcException badRequest(String message) {
        return new RpcException(Errno.EBADRQC, message);
    }

    Errno errno() {
        return errno;
    }
}
