package io.godwit.source.collect;

import io.godwit.linux.net.TcpConnection;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Set;

/** The addresses of connections that the target was asked about; what came since can not be moved. */
record AnnouncedAddresses(Set<InetAddress> addresses) {
    /**
     * Passes if a connection stays within the tree, or is by one of them.
     *
     * @param all those of the tree
     * @param what for messages
     */
    void require(TcpConnection connection, Collection<TcpConnection> all, String what) throws CannotMoveException {
        if (all.contains(connection.reversed())) {
            return;
        }
        InetAddress local = connection.localAddress();
        if (local.isLoopbackAddress()) {
            throw new CannotMoveException(
                    what,
                    "the other side of its TCP connection " + connection
                            + " is a process of this host that is not in the tree",
                    "move that process too, or give --tcp-close to let go of connections");
        }
        if (!addresses.contains(local)) {
            throw new CannotMoveException(
                    what,
                    "its address " + local.getHostAddress() + " was not known when the target was asked",
                    "try again");
        }
    }
}
