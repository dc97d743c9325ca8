package io.godwit.linux.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Needs CAP_NET_ADMIN. */
class HostAddressIT {
    private final HostAddress first = loopback(1);
    private final HostAddress second = loopback(2);

    private static HostAddress loopback(int last) {
        try {
            NetworkInterface device = NetworkInterface.getByInetAddress(InetAddress.getByName("127.0.0.1"));
            return new HostAddress(new byte[] {127, 77, 0, (byte) last}, 24, device.getIndex());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void remove() throws IOException {
        second.remove();
        first.remove();
    }

    @Test
    void theOthersOfItsNetworkStayWhenItGoes() throws IOException {
        first.add();
        second.add();

        first.remove();

        assertThat(here(first)).isFalse();
        assertThat(here(second)).isTrue();
    }

    private static boolean here(HostAddress address) throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.getByAddress(address.address())) != null;
    }
}
