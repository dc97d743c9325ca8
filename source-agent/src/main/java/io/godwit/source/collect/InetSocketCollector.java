package io.godwit.source.collect;

import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.proto.InetSkEntry;
import io.godwit.image.proto.IpOptsEntry;
import io.godwit.image.proto.TcpOptsEntry;
import io.godwit.linux.Fd;
import io.godwit.linux.NativeMemory;
import io.godwit.linux.net.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Internet sockets that hold no connection: listening and unconnected TCP, UDP. */
final class InetSocketCollector implements FileCollector {
    private static final int TCP_ESTABLISHED = 1;
    private static final int TCP_CLOSE = 7;
    private static final int TCP_LISTEN = 10;
    private static final int TCP_INFO = 11;
    private static final int TCP_NODELAY = 1;
    private static final int TCP_INFO_BYTES = 64;
    private static final int TCP_INFO_SACKED = 32;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_V6ONLY = 26;

    @Override
    public boolean accepts(OpenFile file) {
        return file.link().startsWith("socket:[") && isInet(file.duplicate());
    }

    private static boolean isInet(Fd socket) {
        try {
            int domain = SocketOptions.option(socket, SocketOptions.SO_DOMAIN);
            return domain == Sockets.AF_INET || domain == Sockets.AF_INET6;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        Fd socket = file.duplicate();
        int family = SocketOptions.option(socket, SocketOptions.SO_DOMAIN);
        int protocol = SocketOptions.option(socket, SocketOptions.SO_PROTOCOL);
        InetSkEntry.Builder inet = InetSkEntry.newBuilder()
                .setId(entry.getId())
                .setIno((int) file.status().inode())
                .setFamily(family)
                .setType(SocketOptions.option(socket, SocketOptions.SO_TYPE))
                .setProto(protocol)
                .setFlags(file.flags())
                .setBacklog(0)
                .setFown(file.owner())
                .setOpts(SocketOptions.read(socket))
                .setIpOpts(IpOptsEntry.newBuilder());
        inet.setSrcPort(port(Sockets.name(socket)));
        addresses(Sockets.name(socket), family, inet::addSrcAddr);
        if (family == Sockets.AF_INET6) {
            inet.setV6Only(Sockets.option(socket, IPPROTO_IPV6, IPV6_V6ONLY) != 0);
        }
        switch (protocol) {
            case Sockets.IPPROTO_TCP -> tcp(file, inet);
            case Sockets.IPPROTO_UDP -> udp(socket, family, inet);
            default ->
                throw new CannotMoveException(
                        file.describe(), "an internet socket of protocol " + protocol, "only TCP and UDP can be moved");
        }
        entry.setType(FdTypes.INETSK).setIsk(inet);
    }

    private static void tcp(OpenFile file, InetSkEntry.Builder inet) throws IOException {
        Fd socket = file.duplicate();
        ByteBuffer info = NativeMemory.of(Sockets.optionBytes(socket, Sockets.IPPROTO_TCP, TCP_INFO, TCP_INFO_BYTES))
                .buffer();
        int state = info.get(0);
        if (state != TCP_LISTEN && state != TCP_CLOSE) {
            throw new CannotMoveException(
                    file.describe(),
                    "a TCP connection, which can not be moved yet",
                    "close it; listening sockets and their clients' reconnects are fine");
        }
        inet.setState(state).setDstPort(0);
        addresses(new byte[28], inet.getFamily(), inet::addDstAddr);
        if (state == TCP_LISTEN) {
            inet.setBacklog(info.getInt(TCP_INFO_SACKED));
        }
        inet.setTcpOpts(
                TcpOptsEntry.newBuilder().setNodelay(Sockets.option(socket, Sockets.IPPROTO_TCP, TCP_NODELAY) != 0));
    }

    private static void udp(Fd socket, int family, InetSkEntry.Builder inet) {
        byte[] peer = new byte[28];
        int state = TCP_CLOSE;
        try {
            peer = Sockets.peer(socket);
            state = TCP_ESTABLISHED;
        } catch (IOException notConnected) {
            // ENOTCONN: an unconnected socket has no peer to tell
        }
        inet.setState(state).setDstPort(port(peer));
        addresses(peer, family, inet::addDstAddr);
    }

    private static int port(byte[] address) {
        return Byte.toUnsignedInt(address[2]) << 8 | Byte.toUnsignedInt(address[3]);
    }

    private interface WordSink {
        Object add(int word);
    }

    private static void addresses(byte[] address, int family, WordSink sink) {
        ByteBuffer raw = NativeMemory.of(address).buffer();
        int words = family == Sockets.AF_INET ? 1 : 4;
        int from = family == Sockets.AF_INET ? 4 : 8;
        for (int i = 0; i < words; i++) {
            sink.add(raw.getInt(from + 4 * i));
        }
    }
}
