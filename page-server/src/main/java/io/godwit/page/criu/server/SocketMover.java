package io.godwit.page.criu.server;

import java.io.IOException;
import java.nio.file.Path;

/** Moves bytes from a socket to a file without a copy in user space, as splice(2) does. Used by one session. */
public interface SocketMover extends AutoCloseable {
    /** Moves nothing, so that all is copied. */
    SocketMover NONE = (socket, file, offset, bytes) -> 0;

    /**
     * Moves what waits in the socket and no more than was asked for.
     *
     * @param socket descriptor of a socket that does not block
     * @param offset in the file, which exists
     * @return how many bytes were moved; 0 if none waits or the stream has ended
     */
    long move(int socket, Path file, long offset, long bytes) throws IOException;

    @Override
    default void close() {}
}
