package io.godwit.linux.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TcpConnectionTest {
    private static final byte[] LOCAL = inet(6379, "0a000001");
    private static final byte[] REMOTE = inet(40000, "0a000002");

    private static byte[] inet(int port, String address) {
        return ByteBuffer.allocate(16)
                .put((byte) Sockets.AF_INET)
                .putShort(2, (short) port)
                .position(4)
                .put(HexFormat.of().parseHex(address))
                .array();
    }

    private static byte[] inet6(int port, String address) {
        return ByteBuffer.allocate(28)
                .put((byte) Sockets.AF_INET6)
                .putShort(2, (short) port)
                .position(8)
                .put(HexFormat.of().parseHex(address))
                .array();
    }

    @Test
    void anIPv4AddressThatIsMappedIntoIPv6IsOfIPv4() {
        TcpConnection mapped = TcpConnection.of(
                inet6(6379, "00000000000000000000ffff0a000001"), inet6(40000, "00000000000000000000ffff0a000002"));

        assertThat(mapped).isEqualTo(TcpConnection.of(LOCAL, REMOTE)).hasToString("10.0.0.1:6379 to 10.0.0.2:40000");
        assertThat(mapped.v4()).isTrue();
    }

    @Test
    void theOtherSideNamesItTheOtherWayRound() {
        assertThat(TcpConnection.of(LOCAL, REMOTE).reversed())
                .isEqualTo(TcpConnection.of(REMOTE, LOCAL))
                .isNotEqualTo(TcpConnection.of(LOCAL, REMOTE));
    }

    /** The sum over a segment with its checksum is all ones (RFC 1071). */
    @Test
    void aForgedSegmentHasTheRightChecksum() {
        byte[] packet =
                new ForgedSegment(TcpConnection.of(LOCAL, REMOTE), true, 0x12345678, 0x9abcdef0, 0xffff).packet();

        ByteBuffer bytes = ByteBuffer.wrap(packet);
        long sum = Sockets.IPPROTO_TCP + 20;
        for (int at = 12; at < packet.length; at += 2) {
            sum += Short.toUnsignedInt(bytes.getShort(at));
        }
        assertThat((sum & 0xffff) + (sum >> 16)).isEqualTo(0xffff);
        assertThat(bytes.getShort(20)).as("from the remote port").isEqualTo((short) 40000);
        assertThat(bytes.get(33)).as("FIN and ACK").isEqualTo((byte) 0x11);
    }
}
