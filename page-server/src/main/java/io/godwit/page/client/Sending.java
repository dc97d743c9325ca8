package io.godwit.page.client;

/**
 * How a source sends.
 *
 * @param streams how many connections there shall be; the target may allow fewer
 * @param writers makes what the caller's own thread writes chunks with, as long as a socket takes them
 */
public record Sending(int streams, SocketWriter.Maker writers) {
    /** By one connection, on which its own thread alone writes. */
    public static Sending plainly() {
        return new Sending(1, descriptor -> SocketWriter.NONE);
    }
}
