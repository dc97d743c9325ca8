package io.godwit.page.client;

import io.godwit.page.protocol.Transport;
import java.util.concurrent.ThreadFactory;

/**
 * How a source sends.
 *
 * @param streams how many connections there shall be; the target may allow fewer
 * @param threads makes those that send and receive, one for each connection
 * @param writers makes what the caller's own thread writes chunks with, as long as a socket takes them
 */
public record Sending(int streams, ThreadFactory threads, SocketWriter.Maker writers) {
    /** By one connection, on which its own thread alone writes. */
    public static Sending plainly() {
        return new Sending(1, Transport.threads(), descriptor -> SocketWriter.NONE);
    }
}
