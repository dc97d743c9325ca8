package io.godwit.target.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.target.plan.RestoreException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SocketAddressTest {
    @Test
    void anIpv4AddressKeepsTheOrderOfItsBytes() throws RestoreException {
        InetAddressBytes address = new InetAddressBytes(2, List.of(0x0100007f), 6379);

        assertThat(address.socketAddress())
                .startsWith(2, 0, 0x18, 0xeb, 127, 0, 0, 1)
                .hasSize(16);
        assertThat(address).hasToString("127.0.0.1:6379");
    }

    @Test
    void anIpv6AddressHasItsFlowInfoBeforeIt() throws RestoreException {
        InetAddressBytes address = new InetAddressBytes(10, List.of(0, 0, 0, 0x01000000), 80);

        assertThat(address.socketAddress()).startsWith(10, 0, 0, 80, 0, 0, 0, 0).hasSize(28);
        assertThat(address.socketAddress()[23]).isEqualTo((byte) 1);
        assertThat(address).hasToString("[0:0:0:0:0:0:0:1]:80");
    }

    @Test
    void aUnixPathEndsWithOneZeroByteHoweverTheImageHasIt() {
        byte[] with = new UnixAddress(ascii("/run/a\0")).socketAddress();
        byte[] without = new UnixAddress(ascii("/run/a")).socketAddress();

        assertThat(with).isEqualTo(without).hasSize(2 + 7).endsWith('a', 0);
    }

    @Test
    void anAbstractNameIsAsLongAsItIs() {
        UnixAddress address = new UnixAddress(ascii("\0name"));

        assertThat(address.socketAddress()).containsExactly(1, 0, 0, 'n', 'a', 'm', 'e');
        assertThat(address).hasToString("@name");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
