package io.godwit.linux.net;

/**
 * A unix socket as sock_diag(7) shows it.
 *
 * @param state TCP_ESTABLISHED 1, TCP_CLOSE 7, TCP_LISTEN 10
 * @param name sun_path bytes, abstract names with their leading NUL; empty when unnamed
 * @param peer inode of the other end; 0 when there is none
 * @param backlog of a listening socket
 * @param shutdown bit 1 receive, bit 2 send
 */
public record UnixSocket(int inode, int type, int state, byte[] name, int peer, int queued, int backlog, int shutdown) {
    public static final int ESTABLISHED = 1;
    public static final int CLOSED = 7;
    public static final int LISTENING = 10;
}
