package io.godwit.source.collect;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.net.TcpConnection;
import io.godwit.linux.net.TcpState;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which connections may be kept, as things stand in the freeze. */
class KeptConnectionsTest {
    private static final byte[] KNOWN = {10, 0, 0, 1};
    private static final byte[] NEW = {10, 0, 0, 2};
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final byte[] CLIENT = {10, 0, 0, 9};

    private static TcpConnection connection(byte[] local, byte[] remote) {
        return new TcpConnection(local, 6379, remote, 40_000);
    }

    @Test
    void aConnectionByAnAddressThatCameLaterIsRefused() throws IOException {
        AnnouncedAddresses announced = new AnnouncedAddresses(Set.of(InetAddress.getByAddress(KNOWN)));

        announced.require(connection(KNOWN, CLIENT), List.of(), "fd 5");
        assertThatThrownBy(() -> announced.require(connection(NEW, CLIENT), List.of(), "fd 5"))
                .isInstanceOf(CannotMoveException.class)
                .hasMessageContaining("10.0.0.2 was not known");
    }

    @Test
    void aConnectionWithAnotherProcessOfThisHostIsRefusedAndOneWithinTheTreeIsNot() throws IOException {
        AnnouncedAddresses announced = new AnnouncedAddresses(Set.of());
        TcpConnection local = connection(LOOPBACK, LOOPBACK);

        announced.require(local, List.of(local, local.reversed()), "fd 5");
        assertThatThrownBy(() -> announced.require(local, List.of(local), "fd 5"))
                .isInstanceOf(CannotMoveException.class)
                .hasMessageContaining("not in the tree");
    }

    @Test
    void aConnectionOfWhichOneSideHasEndedDoesNotMoveItsAddress() throws IOException {
        HalfClosed.require(TcpState.ESTABLISHED, connection(KNOWN, CLIENT), "fd 5");
        HalfClosed.require(TcpState.CLOSE_WAIT, connection(LOOPBACK, LOOPBACK), "fd 5");
        for (TcpState state : List.of(TcpState.CLOSE_WAIT, TcpState.FIN_WAIT_2, TcpState.LAST_ACK)) {
            assertThatThrownBy(() -> HalfClosed.require(state, connection(KNOWN, CLIENT), "fd 5"))
                    .isInstanceOf(CannotMoveException.class)
                    .hasMessageContaining(state.toString());
        }
    }
}
