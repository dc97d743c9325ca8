package io.godwit.linux.net;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * What names a TCP connection in packets.
 *
 * @param local 4 bytes of IPv4, or 16 of IPv6; an IPv4 address mapped into IPv6 counts as IPv4, as the packets are
 * @param remote the same of the other side
 */
public record TcpConnection(byte[] local, int localPort, byte[] remote, int remotePort) {
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int MAPPED_PREFIX = 12;

    /** From two struct sockaddr. */
    public static TcpConnection of(byte[] local, byte[] remote) {
        return new TcpConnection(address(local), port(local), address(remote), port(remote));
    }

    public boolean v4() {
        return local.length == IPV4_BYTES;
    }

    /** The same as its other side names it. */
    public TcpConnection reversed() {
        return new TcpConnection(remote, remotePort, local, localPort);
    }

    private static int port(byte[] socketAddress) {
        return Byte.toUnsignedInt(socketAddress[2]) << 8 | Byte.toUnsignedInt(socketAddress[3]);
    }

    private static byte[] address(byte[] socketAddress) {
        if (socketAddress[0] == Sockets.AF_INET) {
            return Arrays.copyOfRange(socketAddress, 4, 4 + IPV4_BYTES);
        }
        byte[] address = Arrays.copyOfRange(socketAddress, 8, 8 + IPV6_BYTES);
        return mapped(address) ? Arrays.copyOfRange(address, MAPPED_PREFIX, IPV6_BYTES) : address;
    }

    private static boolean mapped(byte[] address) {
        for (int i = 0; i < MAPPED_PREFIX; i++) {
            if (address[i] != (i < 10 ? 0 : (byte) 0xff)) {
                return false;
            }
        }
        return true;
    }

    /** For messages: {@code 10.0.0.1:6379 to 10.0.0.2:40000}. */
    public InetAddress localAddress() {
        return HostAddress.inetAddress(local);
    }

    @Override
    public String toString() {
        return text(local, localPort) + " to " + text(remote, remotePort);
    }

    private static String text(byte[] address, int port) {
        String host = HostAddress.inetAddress(address).getHostAddress();
        return address.length == IPV4_BYTES ? host + ":" + port : "[" + host + "]:" + port;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TcpConnection that
                && Arrays.equals(local, that.local)
                && Arrays.equals(remote, that.remote)
                && localPort == that.localPort
                && remotePort == that.remotePort;
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }
}
