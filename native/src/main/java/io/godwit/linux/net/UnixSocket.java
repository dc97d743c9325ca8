package io.godwit.linux.net;

import java.util.List;

/**
 * A unix socket as sock_diag(7) shows it.
 *
 * @param state TCP_ESTABLISHED 1, TCP_CLOSE 7, TCP_LISTEN 10
 * @param name sun_path bytes, abstract names with their leading NUL; empty when unnamed
 * @param peer inode of the other end; 0 when there is none
 * @param backlog of a listening socket
 * @param shutdown bit 1 receive, bit 2 send
 * @param pending inodes of the sockets whose connections wait to be accepted on it, in order; 0 for one that is closed already
 */
public record UnixSocket(
        int inode,
        int type,
        int state,
        byte[] name,
        int peer,
        int queued,
        int backlog,
        int shutdown,
        List<Integer> pending) {
    public UnixSocket {
        pending = List.copyOf(pending);
    }

    /** The same with another peer. */
    public UnixSocket connectedTo(int inode) {
        return new UnixSocket(this.inode, type, state, name, inode, queued, backlog, shutdown, pending);
    }

    public static final int ESTABLISHED = 1;
    public static final int CLOSED = 7;
    public static final int LISTENING = 10;
}
