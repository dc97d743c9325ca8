package io.godwit.source.collect;

import io.godwit.linux.net.TcpConnection;
import io.godwit.linux.net.TcpState;

/**
 * Connections of which one side has ended. At the target the end comes in once more, for which the address must be there; one that
 * moves comes only when the tree runs.
 */
final class HalfClosed {
    private HalfClosed() {}

    /** For a connection whose address moves; those of the loopback stay where they are. */
    static void require(TcpState state, TcpConnection connection, String what) throws CannotMoveException {
        boolean moves = !connection.localAddress().isLoopbackAddress();
        if (moves && state.connected() && state != TcpState.ESTABLISHED) {
            throw new CannotMoveException(
                    what,
                    "one side of its TCP connection has ended (" + state
                            + "), with which --move-addresses can not move its address yet",
                    "try again when the program has closed it, or move without --move-addresses or with --tcp-close");
        }
    }
}
