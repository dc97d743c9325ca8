package io.godwit.target.restore;

import io.godwit.image.proto.InetSkEntry;
import io.godwit.linux.net.Sockets;
import io.godwit.target.plan.RestoreException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** An address of the internet families: the words of an image as struct sockaddr and as text. */
public record InetAddressBytes(int family, List<Integer> words, int port) {
    private static final int IPV4_SOCKADDR_BYTES = 16;
    private static final int IPV6_SOCKADDR_BYTES = 28;

    /** Where a socket is. */
    static InetAddressBytes local(InetSkEntry socket) {
        return new InetAddressBytes(socket.getFamily(), socket.getSrcAddrList(), socket.getSrcPort());
    }

    /** Where its other side is. */
    static InetAddressBytes remote(InetSkEntry socket) {
        return new InetAddressBytes(socket.getFamily(), socket.getDstAddrList(), socket.getDstPort());
    }

    /** struct sockaddr_in or sockaddr_in6. The words are in network order in memory, so they are copied as they are. */
    public byte[] socketAddress() throws RestoreException {
        boolean v4 = family == Sockets.AF_INET;
        if (!v4 && family != Sockets.AF_INET6) {
            throw new RestoreException("a socket is of family " + family + ", which can not be restored yet");
        }
        ByteBuffer out = ByteBuffer.allocate(v4 ? IPV4_SOCKADDR_BYTES : IPV6_SOCKADDR_BYTES);
        out.order(ByteOrder.LITTLE_ENDIAN).putShort((short) family);
        out.order(ByteOrder.BIG_ENDIAN).putShort((short) port);
        if (!v4) {
            out.putInt(0);
        }
        out.order(ByteOrder.LITTLE_ENDIAN);
        words.forEach(out::putInt);
        return out.array();
    }

    @Override
    public String toString() {
        ByteBuffer raw = ByteBuffer.allocate(Integer.BYTES * words.size()).order(ByteOrder.LITTLE_ENDIAN);
        words.forEach(raw::putInt);
        try {
            String host = InetAddress.getByAddress(raw.array()).getHostAddress();
            return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
        } catch (UnknownHostException e) {
            return words + ":" + port;
        }
    }
}
