package io.godwit.linux.net;

import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import java.nio.ByteBuffer;

/**
 * A TCP segment without data that a connection of this host takes for one of its other side: how a socket learns again what the
 * other side has said before, such as its FIN. It carries {@link NetworkLock#PASSING_MARK}. Needs CAP_NET_RAW.
 *
 * @param sequence the number that is expected next
 * @param acknowledged up to which number of ours
 * @param window as in the segment, not scaled
 */
public record ForgedSegment(TcpConnection connection, boolean fin, int sequence, int acknowledged, int window) {
    private static final int IPPROTO_RAW = 255;
    private static final int SO_MARK = 36;
    private static final int FIN = 1;
    private static final int ACK = 0x10;
    private static final int TCP_BYTES = 20;
    private static final int IPV4_BYTES = 20;
    private static final int IPV6_BYTES = 40;
    private static final int HOPS = 64;

    /** Lets it come in. */
    public void deliver() throws LinuxException {
        int family = connection.v4() ? Sockets.AF_INET : Sockets.AF_INET6;
        try (Fd raw = Sockets.socket(family, Sockets.SOCK_RAW, IPPROTO_RAW)) {
            Sockets.setOption(raw, Sockets.SOL_SOCKET, SO_MARK, NetworkLock.PASSING_MARK);
            Sockets.sendTo(raw, packet(), Sockets.host(connection.local()), "a segment of " + connection);
        }
    }

    byte[] packet() {
        ByteBuffer out = ByteBuffer.allocate((connection.v4() ? IPV4_BYTES : IPV6_BYTES) + TCP_BYTES);
        if (connection.v4()) {
            // the kernel fills in the number and the checksum
            out.put((byte) 0x45).put((byte) 0).putShort((short) out.capacity()).putInt(0);
            out.put((byte) HOPS).put((byte) Sockets.IPPROTO_TCP).putShort((short) 0);
        } else {
            out.putInt(6 << 28).putShort((short) TCP_BYTES);
            out.put((byte) Sockets.IPPROTO_TCP).put((byte) HOPS);
        }
        out.put(connection.remote()).put(connection.local());
        int header = out.position();
        out.putShort((short) connection.remotePort()).putShort((short) connection.localPort());
        out.putInt(sequence).putInt(acknowledged);
        out.put((byte) (TCP_BYTES / 4 << 4)).put((byte) (fin ? FIN | ACK : ACK)).putShort((short) window);
        out.putInt(0);
        out.putShort(header + 16, checksum(out, header));
        return out.array();
    }

    /** The sum of RFC 9293 over the addresses, the protocol, the length and the segment. */
    private short checksum(ByteBuffer packet, int header) {
        long sum = Sockets.IPPROTO_TCP + TCP_BYTES;
        for (int at = header - 2 * connection.local().length; at < header + TCP_BYTES; at += 2) {
            sum += Short.toUnsignedInt(packet.getShort(at));
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (short) ~sum;
    }
}
